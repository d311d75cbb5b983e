import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerConfig } from '#engine/containers/index.ts';
import { isEngineError } from '#engine/errors/index.ts';
import { containerConfig } from '#engine/testing/container-config.ts';
import { DEVELOPER_RULES } from './admit-rules.ts';
import { type Actor, type AdmissionPolicy, admit, judge, MASK, redact } from './index.ts';

const developer: Actor = { id: 'd', name: 'dev', role: 'developer' };
const admin: Actor = { id: 'a', name: 'adm', role: 'admin' };
const port = (hostPort?: number, hostAddress = '') => ({
  protocol: 'tcp' as const,
  containerPort: 80,
  hostAddress,
  hostPort,
});
const bind = (source: string, readOnly = true) => ({ type: 'bind' as const, source, target: '/x', readOnly });

const REFUSED: [string, Partial<ContainerConfig>, AdmissionPolicy?][] = [
  ['privileged', { privileged: true }],
  ['capability_not_allowed', { capAdd: ['cap_sys_admin'] }],
  ['capability_not_allowed', { capAdd: ['ALL'] }],
  ['security_option_not_allowed', { securityOpt: ['seccomp=unconfined'] }],
  ['security_option_not_allowed', { securityOpt: ['no-new-privileges=false'] }],
  ['host_network', { network: 'host' }],
  ['container_not_own', { network: 'container:other' }],
  ['network_not_own', { network: 'theirs' }],
  ['network_not_own', { networks: [{ network: 'bridge' }, { network: 'theirs' }] }],
  ['host_network', { networks: [{ network: 'host' }] }],
  ['host_pid', { pidMode: 'host' }],
  ['host_ipc', { ipcMode: 'host' }],
  ['host_uts', { utsMode: 'host' }],
  ['container_not_own', { pidMode: 'container:other' }],
  ['bind_not_allowed', { mounts: [bind('/')] }],
  [
    'bind_not_allowed',
    { mounts: [bind('/srv/shared/../../etc')] },
    { bindRoots: [{ path: '/srv/shared', writable: true }] },
  ],
  ['bind_not_allowed', { mounts: [bind('/srv/shared2')] }, { bindRoots: [{ path: '/srv/shared', writable: true }] }],
  ['bind_must_be_read_only', { mounts: [bind('/srv/a', false)] }, { bindRoots: [{ path: '/srv', writable: false }] }],
  ['volume_not_own', { mounts: [{ type: 'volume', name: 'theirs', target: '/d', readOnly: true }] }],
  ['tmpfs_too_large', { mounts: [{ type: 'tmpfs', target: '/t', sizeBytes: 2 ** 31 }] }],
  ['tmpfs_option_not_allowed', { mounts: [{ type: 'tmpfs', target: '/t', options: 'rw,dev' }] }],
  ['port_privileged', { ports: [port(443)] }],
  ['host_address_not_allowed', { ports: [port(8080, '192.0.2.7')] }],
  ['sysctl_not_allowed', { sysctls: { 'kernel.core_pattern': '|/x' } }],
  ['ulimit_not_allowed', { ulimits: [{ name: 'nofile', soft: 1, hard: 2 ** 30 }] }],
  ['ulimit_not_allowed', { ulimits: [{ name: 'memlock', soft: -1, hard: -1 }] }],
  ['shm_too_large', { shmSizeBytes: 2 ** 31 }],
  ['oom_score_negative', { oomScoreAdj: -1 }],
  ['oom_kill_disabled', { resources: { oomKillDisable: true } }],
  ['limits_required', { resources: { memoryBytes: 1 } }, { requireLimits: true }],
  ['host_not_allowed', { extraHosts: ['metadata.google.internal:169.254.169.254'] }],
  ['log_driver_not_allowed', { log: { driver: 'syslog' } }],
  ['label_reserved', { labels: { 'davit.owner': 'a' } }],
  ['host_userns', { usernsMode: 'host' }],
  ['host_cgroupns', { cgroupnsMode: 'host' }],
  ['container_not_own', { ipcMode: 'container:other' }],
  ['device_not_allowed', { devices: [{ source: '/dev/kvm', target: '/dev/kvm', permissions: 'r' }] }],
  ['device_rule_not_allowed', { deviceRules: ['b *:* rwm'] }],
  ['security_option_not_allowed', { securityOpt: ['systempaths=unconfined'] }],
  ['security_option_not_allowed', { securityOpt: ['apparmor=unconfined'] }],
  ['security_option_not_allowed', { securityOpt: ['seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'] }],
  ['annotation_not_allowed', { annotations: { 'org.systemd.property.DeviceAllow': '1' } }],
  ['mac_address_not_allowed', { macAddress: '02:42:ac:11:00:02' }],
  ['container_not_own', { links: ['other:db'] }],
  ['field_unknown', { hooks: ['/bin/sh'] } as Partial<ContainerConfig>],
];

for (const [reason, change, policy] of REFUSED) {
  test(`a developer is refused ${reason}: ${JSON.stringify(change)}`, () => {
    const reasons = judge(containerConfig(change), policy).map((violation) => violation.reason);
    assert.deepEqual(reasons, [reason]);
    assert.throws(
      () => admit(containerConfig(change), developer, policy),
      (error) => isEngineError(error, 'denied'),
    );
    admit(containerConfig(change), admin, policy);
  });
}

test('a developer gets an ordinary container with everything that stays inside it', () => {
  const config = containerConfig({
    env: ['A=1'],
    ports: [port(8080, '127.0.0.1'), port()],
    mounts: [
      { type: 'volume', target: '/anonymous', readOnly: false },
      { type: 'volume', name: 'mine', target: '/d', readOnly: false },
      { type: 'tmpfs', target: '/t', sizeBytes: 1024, options: 'rw,noexec' },
      bind('/srv/shared/site'),
    ],
    capAdd: ['NET_BIND_SERVICE'],
    capDrop: ['ALL'],
    securityOpt: ['no-new-privileges'],
    sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
    ulimits: [{ name: 'nofile', soft: 1024, hard: 65_536 }],
    network: 'container:mine',
    ipcMode: 'shareable',
    cgroupnsMode: 'private',
    groupAdd: ['staff'],
    annotations: { note: 'x' },
    healthcheck: { test: ['CMD', 'true'] },
    labels: { 'com.example.team': 'a' },
  });
  admit(config, developer, {
    bindRoots: [{ path: '/srv/shared', writable: false }],
    mayUse: (_kind, name) => name === 'mine',
  });
});

test('roles that create nothing are refused before the request is judged', () => {
  for (const role of ['operator', 'viewer'] as const) {
    assert.throws(
      () => admit(containerConfig(), { id: 'x', name: 'x', role }),
      (error) => isEngineError(error, 'denied'),
    );
  }
  assert.throws(() => admit(containerConfig(), undefined));
});

test('there is a rule for every field of a configuration', () => {
  for (const field of Object.keys(containerConfig())) assert.ok(Object.hasOwn(DEVELOPER_RULES, field), field);
});

test('values of variables are masked for everybody who may not read them', () => {
  const record = {
    name: 'web',
    createdBy: 'd',
    config: { env: ['TOKEN=secret=1', 'BARE'], tty: true },
    process: { env: ['TOKEN=secret=1'], cwd: '/' },
  };
  assert.equal(redact(admin, record), record);
  assert.equal(redact(developer, record), record);
  const seen = redact({ ...developer, id: 'other' }, record);
  assert.deepEqual(seen.config, { env: [`TOKEN=${MASK}`, 'BARE'], tty: true });
  assert.deepEqual(seen.process, { env: [`TOKEN=${MASK}`], cwd: '/' });
  assert.match(record.config.env[0] ?? '', /secret/);
});
