import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkVolumeOptions, mountOf, reachesHost } from './volume-options.ts';

const REFUSED: [Record<string, string>, string][] = [
  [{ nope: '1' }, 'create v: invalid option: "nope"'],
  [{ o: 'bind', device: '/srv' }, 'create v: missing required option: "type"'],
  [{ type: 'tmpfs' }, 'create v: missing required option: "device"'],
  [{ o: 'size=1m' }, 'create v: missing required option: "device"'],
  [{ size: '10G' }, 'create v: quota size requested but no quota support'],
  [{ type: 'none', o: 'bind', device: 'srv' }, 'create v: device must be an absolute path: "srv"'],
];

for (const [options, message] of REFUSED) {
  test(`refused: ${JSON.stringify(options)}`, () => {
    assert.throws(() => checkVolumeOptions('v', options), { code: 'invalid_argument', message });
  });
}

const ACCEPTED: [Record<string, string>, { isRemote: boolean; reaches: boolean } | undefined][] = [
  [{}, undefined],
  [
    { type: 'tmpfs', device: 'tmpfs', o: 'size=100m,uid=1000' },
    { isRemote: false, reaches: false },
  ],
  [
    { type: 'none', device: '/srv', o: 'bind' },
    { isRemote: false, reaches: true },
  ],
  [
    { type: 'tmpfs', device: '/srv', o: 'rbind,ro' },
    { isRemote: false, reaches: true },
  ],
  [
    { type: 'nfs', device: ':/export', o: 'addr=10.0.0.9,rw,nfsvers=4' },
    { isRemote: true, reaches: true },
  ],
];

for (const [options, expected] of ACCEPTED) {
  test(`accepted: ${JSON.stringify(options)}`, () => {
    checkVolumeOptions('v', options);
    const mount = mountOf(options, '/t');
    assert.equal(mount?.isRemote, expected?.isRemote);
    assert.equal(reachesHost(options), expected?.reaches ?? false);
    if (mount !== undefined) assert.deepEqual([mount.source, mount.target], [options['device'], '/t']);
  });
}
