import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContainerInput } from '#server/trpc/containers/containers.schema.ts';
import type { ContainerDetail } from '../../../_lib/trpc.ts';
import { checkForm } from './check-form.ts';
import { fromConfig } from './from-config.ts';
import { plainConfig } from './plain-config.ts';
import { toInput } from './to-input.ts';

type Config = ContainerDetail['config'];

/** Everything set, each to something that is not the default. */
const FULL: Config = plainConfig({
  image: 'shop/web:2',
  entrypoint: ['sh', '-c'],
  command: ['echo "it\'s $HOME"; sleep 9', 'a b'],
  env: ['A=b=c', 'EMPTY='],
  workingDir: '/srv',
  user: '1000:1000',
  hostname: 'web',
  domainname: 'example.org',
  tty: true,
  openStdin: true,
  stdinOnce: true,
  labels: { env: 'prod', bare: '' },
  stopSignal: 'SIGINT',
  stopTimeoutSeconds: 30,
  exposedPorts: ['9000/tcp', '9001/udp'],
  ports: [
    { protocol: 'tcp', containerPort: 80, hostAddress: '127.0.0.1', hostPort: 8080 },
    { protocol: 'udp', containerPort: 53, hostAddress: '' },
    { protocol: 'tcp', containerPort: 81, hostAddress: '', hostPort: 8100, hostPortEnd: 8110 },
  ],
  publishAll: true,
  mounts: [
    { type: 'volume', name: 'data', target: '/data', readOnly: true, noCopy: true, subpath: 'a/b' },
    { type: 'volume', target: '/cache', readOnly: false },
    { type: 'bind', source: '/srv', target: '/srv', readOnly: true, createSource: true, propagation: 'rslave' },
    {
      type: 'bind',
      source: '/opt',
      target: '/opt',
      readOnly: true,
      createSource: false,
      nonRecursive: true,
      readOnlyRecursion: 'force',
    },
    { type: 'tmpfs', target: '/run', sizeBytes: 64 * 1024 ** 2, mode: 0o1777, options: 'ro,noexec' },
  ],
  volumesFrom: ['db:ro'],
  links: ['db:database'],
  network: 'front',
  networks: [
    { network: 'front', aliases: ['www'], ipv4: '10.9.0.5', ipv6: 'fd00::5', priority: 2 },
    { network: 'back', aliases: ['a', 'b'], ipv4: '10.8.0.5', mac: '02:42:0a:08:00:05' },
    { network: 'plain' },
  ],
  restart: { name: 'on-failure', maxRetries: 3 },
  resources: {
    memoryBytes: 512 * 1024 ** 2,
    memorySwapBytes: -1,
    memoryReservationBytes: 100_000_000,
    nanoCpus: 1.5e9,
    cpuShares: 512,
    cpusetCpus: '0-1',
    cpusetMems: '0',
    pidsLimit: 100,
    oomKillDisable: true,
    memorySwappiness: 10,
    blkioWeight: 300,
    blkioWeightDevices: [{ path: '/dev/sda', weight: 200 }],
    blkioReadBps: [{ path: '/dev/sda', rate: 1024 ** 2 }],
    blkioWriteBps: [{ path: '/dev/sda', rate: 1000 }],
    blkioReadIops: [{ path: '/dev/sda', rate: 100 }],
    blkioWriteIops: [{ path: '/dev/sda', rate: 50 }],
  },
  readonlyRootfs: true,
  capAdd: ['NET_ADMIN'],
  capDrop: ['ALL'],
  securityOpt: ['no-new-privileges'],
  sysctls: { 'net.ipv4.ip_forward': '1' },
  ulimits: [
    { name: 'nofile', soft: 1024, hard: 2048 },
    { name: 'core', soft: 0, hard: 0 },
  ],
  shmSizeBytes: 128 * 1024 ** 2,
  oomScoreAdj: -500,
  init: true,
  extraHosts: ['db:10.0.0.2'],
  dns: ['1.1.1.1'],
  dnsSearch: ['example.org'],
  dnsOptions: ['ndots:2'],
  pidMode: 'host',
  ipcMode: 'shareable',
  utsMode: 'host',
  usernsMode: 'host',
  cgroupnsMode: 'private',
  healthcheck: {
    test: ['CMD', 'curl', '-f', 'http://localhost/'],
    intervalMs: 90_000,
    timeoutMs: 500,
    startPeriodMs: 3_600_000,
    startIntervalMs: 2_000,
    retries: 5,
  },
  devices: [
    { source: '/dev/null', target: '/dev/x', permissions: 'r' },
    { source: '/dev/fuse', target: '/dev/fuse', permissions: 'rwm' },
  ],
  deviceRules: ['c 10:200 rwm'],
  groupAdd: ['audio', '999'],
  annotations: { team: 'shop' },
  macAddress: '02:42:0a:09:00:05',
  log: { driver: 'local', options: { 'max-size': '10m', 'max-file': '3' } },
});

/** As it arrives in the engine: the schema fills in what was left out, undefined counts for nothing. */
function again(config: Config): object {
  const form = fromConfig(config);
  assert.deepEqual(checkForm(form), {});
  return plain(createContainerInput.parse(toInput(form)).config);
}

const plain = (value: object): object => JSON.parse(JSON.stringify(value));

test('a container made from the form of another is asked for with every field as it was', () => {
  assert.deepEqual(again(FULL), plain(FULL));
});

for (const [what, change] of [
  ['nothing special', {}],
  ['another container its network', { network: 'container:db' }],
  ['no network', { network: 'none' }],
  ['no health check', { healthcheck: { test: ['NONE'] } }],
  ['a health check in a shell', { healthcheck: { test: ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'] } }],
  ['times of the health check alone', { healthcheck: { intervalMs: 10_000 } }],
  ['a quota instead of CPUs', { resources: { cpuPeriod: 100_000, cpuQuota: 50_000 } }],
  ['a command with line ends', { command: ['sh', '-c', 'a\nb'] }],
] satisfies [string, Partial<Config>][]) {
  test(`the same with ${what}`, () => {
    const config = plainConfig(change);
    assert.deepEqual(again(config), plain(config));
  });
}

test('what Docker fills in is not asked for again', () => {
  const memoryBytes = 64 * 1024 ** 2;
  const form = fromConfig(
    plainConfig({
      exposedPorts: ['80/tcp'],
      ports: [{ protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 8080 }],
      resources: { memoryBytes, memorySwapBytes: memoryBytes * 2 },
      networks: [{ network: 'bridge' }],
    }),
  );
  assert.deepEqual([form.expose, form.memorySwap, form.moreNetworks], ['', '', '']);
});
