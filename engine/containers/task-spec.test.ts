import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerConfig } from '../testing/container-config.ts';
import { sharedWith, wantedPorts } from './network-mode.ts';
import { readSecurityOptions } from './task-spec.ts';

test('security options are read in both spellings', () => {
  const read = (securityOpt: string[], privileged = false) => readSecurityOptions({ securityOpt, privileged });
  assert.deepEqual(read([]), { noNewPrivileges: false, seccomp: 'default' });
  assert.deepEqual(read([], true), { noNewPrivileges: false, seccomp: 'unconfined' });
  assert.deepEqual(read(['no-new-privileges']), { noNewPrivileges: true, seccomp: 'default' });
  assert.deepEqual(read(['no-new-privileges:false', 'seccomp=unconfined']), {
    noNewPrivileges: false,
    seccomp: 'unconfined',
  });
  assert.equal(read(['seccomp={"a":\n1}']).seccomp, '{"a":\n1}');
});

test('publish-all adds the exposed ports nobody asked for', () => {
  const own = { protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 8080 } as const;
  const config = containerConfig({ ports: [own], exposedPorts: ['80/tcp', '53/udp'], publishAll: true });
  assert.deepEqual(wantedPorts({ config }), [own, { protocol: 'udp', containerPort: 53, hostAddress: '' }]);
  assert.deepEqual(wantedPorts({ config: { ...config, publishAll: false } }), [own]);
  assert.equal(sharedWith('container:web'), 'web');
  assert.equal(sharedWith('host'), undefined);
});
