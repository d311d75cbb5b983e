import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerConfig } from '../testing/container-config.ts';
import { sharedWith, wantedPorts } from './network-mode.ts';
import { readSecurityOptions } from './security-options.ts';

test('security options are read in both spellings', () => {
  const read = (securityOpt: string[], privileged = false) => readSecurityOptions({ securityOpt, privileged });
  const none = { noNewPrivileges: false, seccomp: 'default', unmaskedPaths: false };
  assert.deepEqual(read([]), none);
  assert.deepEqual(read([], true), { ...none, seccomp: 'unconfined' });
  assert.deepEqual(read(['no-new-privileges', 'label=disable', 'apparmor=unconfined']), {
    ...none,
    noNewPrivileges: true,
  });
  assert.deepEqual(read(['no-new-privileges:false', 'seccomp=unconfined', 'systempaths=unconfined']), {
    ...none,
    seccomp: 'unconfined',
    unmaskedPaths: true,
  });
  assert.equal(read(['seccomp={"a":\n1}']).seccomp, '{"a":\n1}');
});

test('security options that would come to nothing are refused', () => {
  for (const option of ['apparmor=mine', 'label=type:x', 'systempaths=all', 'nonsense', 'seccomp'])
    assert.throws(() => readSecurityOptions({ securityOpt: [option], privileged: false }), {
      code: 'invalid_argument',
    });
  const guarded = { securityOpt: ['apparmor=docker-default'], privileged: false };
  readSecurityOptions(guarded, false);
  assert.throws(() => readSecurityOptions(guarded, true), /AppArmor profiles are not supported/);
});

test('publish-all adds the exposed ports nobody asked for', () => {
  const own = { protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 8080 } as const;
  const config = containerConfig({ ports: [own], exposedPorts: ['80/tcp', '53/udp'], publishAll: true });
  assert.deepEqual(wantedPorts({ config }), [own, { protocol: 'udp', containerPort: 53, hostAddress: '' }]);
  assert.deepEqual(wantedPorts({ config: { ...config, publishAll: false } }), [own]);
  assert.equal(sharedWith('container:web'), 'web');
  assert.equal(sharedWith('host'), undefined);
});
