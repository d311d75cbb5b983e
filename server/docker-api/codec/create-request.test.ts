import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { containerConfig } from '#engine/testing/container-config.ts';
import { parseBind } from './create-mounts.ts';
import { readCreateRequest, readUpdate } from './create-request.ts';
import { JsonObject } from './json-object.ts';
import { toMountPoints, toMountRequests } from './mounts.ts';
import { READONLY_PATHS } from './system-paths.ts';

const read = (body: object) => readCreateRequest(JsonObject.from(body, ''));
const host = (HostConfig: object, rest: object = {}) => read({ Image: 'busybox', ...rest, HostConfig });

/** Docker's defaults; what a request may name and this one does not is there all the same. */
const PLAIN = {
  ...containerConfig(),
  entrypoint: undefined,
  workingDir: undefined,
  user: undefined,
  hostname: undefined,
  domainname: undefined,
  stopSignal: undefined,
  stopTimeoutSeconds: undefined,
  shmSizeBytes: undefined,
  pidMode: undefined,
  ipcMode: undefined,
  utsMode: undefined,
};

test('what the docker CLI sends for a plain run asks for nothing special', () => {
  const file = join(import.meta.dirname, 'golden/client-bodies.json');
  const bodies: Record<string, { path: string; body: object }[]> = JSON.parse(readFileSync(file, 'utf8'));
  const plain = bodies['docker run --name s1 busybox echo hi']?.[0]?.body ?? {};
  assert.deepEqual(read(plain), {
    ...PLAIN,
    networks: [{ network: 'bridge' }],
    command: ['echo', 'hi'],
    attached: ['stdout', 'stderr'],
  });
  const published = bodies['docker run -d --name s2 -p 127.0.0.1::80 busybox sleep 300']?.[0]?.body ?? {};
  assert.deepEqual(read(published).ports, [
    { protocol: 'tcp', containerPort: 80, hostAddress: '127.0.0.1', whenExposed: true },
  ]);
  assert.deepEqual(read(published).exposedPorts, ['80/tcp']);
});

test('a body with only an image is one too, and names of fields are read in any case', () => {
  assert.deepEqual(read({ Image: 'busybox' }), { ...PLAIN, command: undefined });
  const config = read({ image: 'busybox', cmd: 'ls', hostconfig: { autoremove: true, networkMode: 'none' } });
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
      { type: 'bind', source: '/a', target: '/b', readOnly: true, propagation: 'rshared', long: true },
      { type: 'volume', target: '/anon', readOnly: false, noCopy: true, long: true },
      { type: 'tmpfs', target: '/t', sizeBytes: 1024, mode: 448, long: true },
      {
        type: 'tmpfs',
        target: '/run',
        sizeBytes: 65_536,
        mode: 0o1777,
        options: 'exec',
        text: 'size=64k,mode=1777,exec',
      },
      { type: 'volume', target: '/own', readOnly: false },
    ],
  );
  assert.throws(() => parseBind('rel/x:/y'), /includes invalid characters for a local volume name/);
  for (const bad of ['a::b', ':/x', '/a:/b:zz', 'a:b:c:d'])
    assert.throws(() => parseBind(bad), { code: 'invalid_argument' });
});

test('what a client asked for in Binds, Mounts and Tmpfs is told there again', () => {
  const asked = {
    Binds: ['data:/data:ro', '/srv:/srv:ro,rslave'],
    Mounts: [
      { Type: 'bind', Target: '/b', Source: '/a', BindOptions: { NonRecursive: true, CreateMountpoint: true } },
      {
        Type: 'volume',
        Target: '/v',
        Source: 'named',
        ReadOnly: true,
        VolumeOptions: {
          NoCopy: true,
          Labels: { a: 'b' },
          DriverConfig: { Options: { type: 'tmpfs', device: 'tmpfs' } },
        },
      },
      { Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 1024, Mode: 448 } },
    ],
    Tmpfs: { '/run': 'size=65536' },
  };
  const { mounts } = host(asked);
  assert.deepEqual(JSON.parse(JSON.stringify(toMountRequests(mounts))), asked);
  const points = toMountPoints(mounts, new Map()).map(({ Type, Destination, Mode, RW }) => [
    Type,
    Destination,
    Mode,
    RW,
  ]);
  assert.deepEqual(points, [
    ['volume', '/data', 'ro', false],
    ['bind', '/srv', 'ro,rslave', false],
    ['bind', '/b', '', true],
    ['volume', '/v', 'z', false],
    ['tmpfs', '/t', '', true],
  ]);
  for (const Type of ['npipe', 'image', ''])
    assert.throws(() => host({ Mounts: [{ Type, Target: '/x', Source: 'y' }] }), /invalid mount config/);
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
  assert.equal(read({ Image: 'x', NetworkDisabled: true }).network, 'none');
  const wishes = { Aliases: ['a'], IPAMConfig: { IPv4Address: '10.1.0.9' }, GwPriority: 3, MacAddress: '' };
  const { networks } = host(
    { NetworkMode: 'web' },
    { NetworkingConfig: { EndpointsConfig: { web: wishes, db: null } } },
  );
  assert.deepEqual(networks, [{ network: 'web', aliases: ['a'], ipv4: '10.1.0.9', priority: 3 }, { network: 'db' }]);
  assert.throws(
    () => host({ NetworkMode: 'host' }, { NetworkingConfig: { EndpointsConfig: { db: {} } } }),
    /conflicting/,
  );
  assert.equal(
    host({ NetworkMode: 'host' }, { NetworkingConfig: { EndpointsConfig: { host: {} } } }).networks,
    undefined,
  );
});

test('links are those of the host’s part, and each network has its own', () => {
  assert.equal(host({ Links: [] }).links, undefined);
  const { links, networks } = host(
    { NetworkMode: 'web', Links: ['a:b', 'a:b'] },
    { NetworkingConfig: { EndpointsConfig: { web: { Links: ['a:b', 'c'] }, db: null } } },
  );
  assert.deepEqual(links, ['a:b']);
  assert.deepEqual(networks, [{ network: 'web', links: ['a:b', 'c'] }, { network: 'db' }]);
});

test('what the engine cannot do is refused by name, what means nothing is not', () => {
  assert.throws(() => host({ CgroupParent: '/x' }), /^EngineError: cgroup-parent \/x is not supported: /);
  assert.throws(() => host({ CpuRealtimeRuntime: 1000 }), /kernel does not support CPU real-time scheduler/);
  host({ CgroupParent: '', DeviceRequests: null, MemorySwappiness: -1 });
  for (const [asked, message] of [
    [{ Runtime: 'nope' }, 'unknown or invalid runtime name: nope'],
    [{ Isolation: 'hyperv' }, "invalid isolation (hyperv): linux only supports 'default'"],
    [{ VolumeDriver: 'nope' }, 'error looking up volume plugin nope: plugin "nope" not found'],
    [
      { DeviceRequests: [{ Driver: '', Count: -1, Capabilities: [['compute', 'gpu']] }] },
      'could not select device driver "" with capabilities: [[compute gpu]]',
    ],
    [
      { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['vendor.com/gpu=0'] }] },
      'CDI device injection failed: unresolvable CDI devices vendor.com/gpu=0',
    ],
  ] as const) {
    assert.throws(() => host(asked), { code: 'invalid_argument', message });
  }
  assert.throws(() => host({ StorageOpt: { size: '1G' } }), /--storage-opt size is not supported/);
  assert.throws(() => host({ UTSMode: 'host' }, { Hostname: 'x' }), /hostname and the UTS mode/);
  const DriverOpts = { 'com.docker.network.endpoint.ifname': 'lan0' };
  const links = { EndpointsConfig: { web: { IPAMConfig: { LinkLocalIPs: ['169.254.5.5'] }, DriverOpts } } };
  assert.deepEqual(host({ NetworkMode: 'web' }, { NetworkingConfig: links }).networks, [
    { network: 'web', linkLocal: ['169.254.5.5'], driverOpts: DriverOpts },
  ]);
});

test('paths of the system are open with two empty lists, and never a choice of the client', () => {
  assert.deepEqual(host({ MaskedPaths: [], ReadonlyPaths: [] }).securityOpt, ['systempaths=unconfined']);
  assert.deepEqual(host({ MaskedPaths: null, ReadonlyPaths: READONLY_PATHS }).securityOpt, []);
  assert.throws(() => host({ MaskedPaths: ['/proc/kcore'] }), /paths of your own in HostConfig.MaskedPaths/);
});

test('a field of the wrong kind is named', () => {
  assert.throws(() => host({ Memory: '7' }), /cannot unmarshal string into Go struct field HostConfig.Memory/);
  assert.throws(() => read({ Image: 'x', Env: 'A=1' }), /field Env of type \[\]string/);
  assert.throws(() => read({ Image: 'x', HostConfig: [] }), /HostConfig of type object/);
  assert.throws(() => read({}), /config cannot be empty in order to create a container/);
  assert.throws(() => read({ Cmd: ['true'] }), /no image specified/);
});

test('log options and mounts of other containers go to the engine as they are', () => {
  const config = host({ LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } }, VolumesFrom: ['a', 'b:ro'] });
  assert.deepEqual(config.log, { driver: 'json-file', options: { 'max-size': '10m' } });
  assert.deepEqual(config.volumesFrom, ['a', 'b:ro']);
});

test('health checks are read in nanoseconds', () => {
  const { healthcheck } = host({}, { Healthcheck: { Test: ['CMD', 'true'], Interval: 2e9, Timeout: 5e8, Retries: 2 } });
  assert.deepEqual(JSON.parse(JSON.stringify(healthcheck)), {
    test: ['CMD', 'true'],
    intervalMs: 2000,
    timeoutMs: 500,
    retries: 2,
  });
  assert.throws(() => host({}, { Healthcheck: { Interval: 5 } }), /cannot be less than 1ms/);
});

test('devices, block device limits and groups', () => {
  const config = host({
    Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/x', CgroupPermissions: 'r' }],
    BlkioDeviceReadBps: [{ Path: '/dev/sda', Rate: 1000 }],
    GroupAdd: ['audio'],
    CgroupnsMode: 'host',
  });
  assert.deepEqual(config.devices, [{ source: '/dev/null', target: '/dev/x', permissions: 'r' }]);
  assert.deepEqual(config.resources, { blkioReadBps: [{ path: '/dev/sda', rate: 1000 }] });
  assert.deepEqual([config.groupAdd, config.cgroupnsMode], [['audio'], 'host']);
});

test('an update leaves out what is not given and keeps -1, which takes a limit away', () => {
  const update = readUpdate(JsonObject.from({ Memory: 0, PidsLimit: -1, CpuShares: 512, CpusetCpus: '' }, ''));
  assert.deepEqual(update, { pidsLimit: -1, cpuShares: 512 });
});
