import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseBind } from './create-mounts.ts';
import { readCreateRequest } from './create-request.ts';
import { JsonObject } from './json-object.ts';

const read = (body: object) => readCreateRequest(JsonObject.from(body, ''));
const host = (HostConfig: object, rest: object = {}) => read({ Image: 'busybox', ...rest, HostConfig }).config;

const PLAIN = {
  image: 'busybox',
  entrypoint: undefined,
  env: [],
  workingDir: undefined,
  user: undefined,
  hostname: undefined,
  domainname: undefined,
  tty: false,
  openStdin: false,
  stdinOnce: false,
  labels: {},
  stopSignal: undefined,
  stopTimeoutSeconds: undefined,
  exposedPorts: [],
  ports: [],
  publishAll: false,
  mounts: [],
  network: 'bridge',
  restart: { name: 'no', maxRetries: 0 },
  autoRemove: false,
  resources: {},
  readonlyRootfs: false,
  privileged: false,
  capAdd: [],
  capDrop: [],
  securityOpt: [],
  sysctls: {},
  ulimits: [],
  shmSizeBytes: undefined,
  oomScoreAdj: 0,
  init: false,
  extraHosts: [],
  dns: [],
  dnsSearch: [],
  dnsOptions: [],
  pidMode: undefined,
  ipcMode: undefined,
  utsMode: undefined,
  log: { driver: 'json-file' },
};

test('what the docker CLI sends for a plain run asks for nothing special', () => {
  const file = join(import.meta.dirname, 'golden/client-bodies.json');
  const bodies: Record<string, { path: string; body: object }[]> = JSON.parse(readFileSync(file, 'utf8'));
  const plain = bodies['docker run --name s1 busybox echo hi']?.[0]?.body ?? {};
  assert.deepEqual(read(plain), { config: { ...PLAIN, command: ['echo', 'hi'] }, volumesFrom: [] });
  const published = bodies['docker run -d --name s2 -p 127.0.0.1::80 busybox sleep 300']?.[0]?.body ?? {};
  assert.deepEqual(read(published).config.ports, [{ protocol: 'tcp', containerPort: 80, hostAddress: '127.0.0.1' }]);
  assert.deepEqual(read(published).config.exposedPorts, ['80/tcp']);
});

test('a body with only an image is one too, and names of fields are read in any case', () => {
  assert.deepEqual(read({ Image: 'busybox' }).config, { ...PLAIN, command: undefined });
  const config = read({ image: 'busybox', cmd: 'ls', hostconfig: { autoremove: true, networkMode: 'none' } }).config;
  assert.deepEqual([config.command, config.autoRemove, config.network], [['ls'], true, 'none']);
});

test('mounts in every spelling', () => {
  assert.deepEqual(
    host(
      {
        Binds: ['data:/data', '/srv:/srv:ro,rslave', 'vol:/n:nocopy'],
        Mounts: [
          { Type: 'bind', Source: '/a', Target: '/b', ReadOnly: true, BindOptions: { Propagation: 'rshared' } },
          { Type: 'volume', Target: '/anon', VolumeOptions: { NoCopy: true } },
          { Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 1024, Mode: 448 } },
        ],
        Tmpfs: { '/run': 'size=64k,mode=1777,exec' },
      },
      { Volumes: { '/own': {}, '/data': {} } },
    ).mounts,
    [
      { type: 'volume', name: 'data', target: '/data', readOnly: false },
      { type: 'bind', source: '/srv', target: '/srv', readOnly: true, createSource: true, propagation: 'rslave' },
      { type: 'volume', name: 'vol', target: '/n', readOnly: false, noCopy: true },
      { type: 'bind', source: '/a', target: '/b', readOnly: true, propagation: 'rshared' },
      { type: 'volume', target: '/anon', readOnly: false, noCopy: true },
      { type: 'tmpfs', target: '/t', sizeBytes: 1024, mode: 448 },
      { type: 'tmpfs', target: '/run', sizeBytes: 65_536, mode: 0o1777, options: 'exec' },
      { type: 'volume', target: '/own', readOnly: false },
    ],
  );
  assert.throws(() => parseBind('rel/x:/y'), /includes invalid characters for a local volume name/);
  for (const bad of ['a::b', ':/x', '/a:/b:zz', 'a:b:c:d'])
    assert.throws(() => parseBind(bad), { code: 'invalid_argument' });
});

test('limits that are zero, -1 or null are none', () => {
  assert.deepEqual(host({ Memory: 0, NanoCpus: 0, PidsLimit: -1, CpuShares: null, MemorySwap: 0 }).resources, {});
  assert.deepEqual(host({ Memory: 7e6, MemorySwap: -1, PidsLimit: 5, OomKillDisable: true }).resources, {
    memoryBytes: 7e6,
    memorySwapBytes: -1,
    pidsLimit: 5,
    oomKillDisable: true,
  });
});

test('the network is the mode, or the one an endpoint names', () => {
  const network = (NetworkMode: string, name?: string) =>
    host({ NetworkMode }, name === undefined ? {} : { NetworkingConfig: { EndpointsConfig: { [name]: {} } } }).network;
  assert.deepEqual(
    [network('default'), network(''), network('host'), network('default', 'web'), network('web', 'web')],
    ['bridge', 'bridge', 'host', 'web', 'web'],
  );
  assert.equal(read({ Image: 'x', NetworkDisabled: true }).config.network, 'none');
});

test('what the engine cannot do is refused by name, what means nothing is not', () => {
  for (const [field, value] of [
    ['Links', ['a:b']],
    ['BlkioWeight', 300],
    ['CgroupParent', '/x'],
    ['DeviceRequests', [{}]],
  ] as const) {
    assert.throws(() => host({ [field]: value }), new RegExp(`does not support HostConfig.${field} yet`));
  }
  host({ Links: [], BlkioWeight: 0, CgroupParent: '', DeviceRequests: null, MemorySwappiness: -1 });
  assert.throws(() => host({ Runtime: 'nope' }), { message: 'unknown or invalid runtime name: nope' });
});

test('a field of the wrong kind is named', () => {
  assert.throws(() => host({ Memory: '7' }), /cannot unmarshal string into Go struct field HostConfig.Memory/);
  assert.throws(() => read({ Image: 'x', Env: 'A=1' }), /field Env of type \[\]string/);
  assert.throws(() => read({ Image: 'x', HostConfig: [] }), /HostConfig of type object/);
  assert.throws(() => read({}), /no image specified/);
});

test('log options', () => {
  const log = (Config: object) => host({ LogConfig: { Type: 'json-file', Config } }).log;
  assert.deepEqual(log({ 'max-size': '10m', 'max-file': '3' }), {
    driver: 'json-file',
    maxBytes: 10_485_760,
    maxFiles: 3,
  });
  assert.throws(() => log({ tag: 'x' }), { message: "unknown log opt 'tag' for json-file log driver" });
  assert.throws(() => host({ LogConfig: { Type: 'splunk' } }), /no log driver named 'splunk'/);
});

test('mounts of other containers', () => {
  const { volumesFrom } = read({ Image: 'x', HostConfig: { VolumesFrom: ['a', 'b:ro'] } });
  assert.deepEqual(volumesFrom, [
    { container: 'a', readOnly: false },
    { container: 'b', readOnly: true },
  ]);
});
