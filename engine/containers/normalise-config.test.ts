import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerConfig } from '../testing/container-config.ts';
import { hostFacts } from '../testing/host-facts.ts';
import type { ContainerConfig } from './container-service.ts';
import { parseSize } from './log-options.ts';
import { normaliseConfig } from './normalise-config.ts';

const normalise = (change: Partial<ContainerConfig>, facts = {}) =>
  normaliseConfig(containerConfig(change), hostFacts(facts));

test("normalising twice changes nothing, and Docker's spellings become ours", () => {
  const { config } = normalise({
    log: { driver: '', options: { 'max-size': '64k', 'max-file': '5', mode: 'non-blocking' } },
    resources: { memoryBytes: 2 ** 26 },
    ulimits: [{ name: 'NOFILE', soft: 5, hard: 10 }],
  });
  assert.deepEqual(normaliseConfig(config, hostFacts()).config, config);
  assert.equal(config.log.driver, 'json-file');
  assert.equal(config.log.maxBytes, 65_536);
  assert.equal(config.log.maxFiles, 5);
  assert.equal(config.resources.memorySwapBytes, 2 ** 27);
  assert.equal(config.ulimits[0]?.name, 'nofile');
});

test('sizes have the units of Docker', () => {
  const cases: [string, number][] = [
    ['10m', 10 * 2 ** 20],
    ['1.5K', 1536],
    ['2gb', 2 ** 31],
    ['7', 7],
    ['3 MiB', 3 * 2 ** 20],
    ['-1', 0],
  ];
  for (const [text, bytes] of cases) assert.equal(parseSize(text), bytes, text);
  for (const text of ['', '0', 'm', '-2', '1x', '1e3'])
    assert.throws(() => parseSize(text), { code: 'invalid_argument' });
});

const REFUSED: [Partial<ContainerConfig>, RegExp][] = [
  [{ log: { driver: 'syslog' } }, /error looking up logging plugin syslog: plugin "syslog" not found/],
  [{ log: { driver: 'json-file', options: { 'max-sise': '1' } } }, /unknown log opt 'max-sise' for json-file/],
  [{ log: { driver: 'none', options: { 'max-size': '1m' } } }, /unknown log opt 'max-size' for none/],
  [{ log: { driver: 'local', options: { mode: 'fast' } } }, /logging mode not supported: fast/],
  [{ capAdd: ['NOPE'] }, /invalid CapAdd: unknown capability: "CAP_NOPE"|unknown capability: "NOPE"/],
  [{ securityOpt: ['apparmor=x'] }, /AppArmor profiles are not supported/],
  [{ deviceRules: ['x'] }, /invalid device cgroup rule format: 'x'/],
  [{ devices: [{ source: '/dev/a', target: '/dev/a', permissions: 'rr' }] }, /bad mode specified: rr/],
  [
    { devices: [{ source: 'nvidia.com/gpu=0', target: '/x', permissions: 'r' }] },
    /CDI device injection is not supported/,
  ],
  [{ pidMode: 'private' }, /invalid PID mode: private/],
  [{ utsMode: 'container:x' }, /invalid UTS mode/],
  [{ usernsMode: 'keep-id' }, /invalid USERNS mode/],
  [{ sysctls: { 'vm.swappiness': '1' } }, /is not in a separate kernel namespace/],
  [{ sysctls: { 'net.core.somaxconn': '1' }, network: 'host' }, /not allowed in host network namespace/],
  [{ sysctls: { 'kernel.shmmax': '1' }, ipcMode: 'host' }, /not allowed in the hosts ipc namespace/],
  [{ ulimits: [{ name: 'nope', soft: 1, hard: 1 }] }, /invalid ulimit type: nope/],
  [{ ulimits: [{ name: 'core', soft: 2, hard: 1 }] }, /soft limit must be less than or equal to hard limit: 2 > 1/],
  [{ oomScoreAdj: 1001 }, /range for oom score adj is \[-1000, 1000\]/],
  [{ extraHosts: ['a'] }, /bad format for add-host: "a"/],
  [{ extraHosts: ['a:b'] }, /invalid IP address in add-host: "b"/],
  [{ dns: ['x'] }, /IP address is not correctly formatted: x/],
  [{ dnsSearch: ['a\nnameserver 1.2.3.4'] }, /is not a valid domain/],
  [{ macAddress: 'zz' }, /invalid MAC address zz/],
  [{ macAddress: '02:42:ac:11:00:02', network: 'host' }, /conflicting options/],
  [{ mounts: [{ type: 'tmpfs', target: '/t', options: 'rw,foo' }] }, /invalid tmpfs option "foo"/],
  [{ healthcheck: { test: ['SHELL', 'x'] } }, /Unknown healthcheck type 'SHELL'/],
  [{ healthcheck: { test: ['CMD', 'x'], intervalMs: 0.5 } }, /Interval in Healthcheck cannot be less than 1ms/],
  [{ healthcheck: { retries: -1 } }, /Retries in Healthcheck cannot be negative/],
  [{ shmSizeBytes: -1 }, /SHM size can not be less than 0/],
];

for (const [change, message] of REFUSED)
  test(`refused: ${JSON.stringify(change)}`, () => {
    assert.throws(() => normalise(change), { code: 'invalid_argument', message });
  });

test('what the host cannot raise is told in warnings', () => {
  const wish = { ulimits: [{ name: 'nofile', soft: 5, hard: 30_000 }], oomScoreAdj: -5 };
  assert.equal(normalise(wish).warnings.length, 2);
  assert.deepEqual(normalise(wish, { caps: ['CAP_SYS_RESOURCE'] }).warnings, []);
  assert.deepEqual(normalise({ network: 'host', publishAll: true }).warnings, [
    'Published ports are discarded when using host network mode',
  ]);
});
