import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newContainerId, newExecId } from '../lib/index.ts';
import { hostFacts } from '../testing/host-facts.ts';
import { capsOfMask, DEFAULT_CAPS } from './capabilities.ts';
import { type HostFacts, parseHardLimits } from './host-facts.ts';
import type { TaskSpec } from './runtime.ts';
import { buildExecProcess, buildSpec } from './spec.ts';
import { toOciResources } from './spec-resources.ts';

const host = hostFacts({ caps: capsOfMask('000001fffeffffff') });
const device = { path: '/dev/kvm', type: 'c' as const, major: 10, minor: 232, mode: 0o660, uid: 0, gid: 5 };
const block = { ...device, path: '/dev/sda', type: 'b' as const, major: 8, minor: 0 };
const devices = new Map([
  ['/dev/kvm', [device]],
  ['/dev/sda', [block]],
  ['/dev/snd', [{ ...device, path: '/dev/snd/timer', major: 116, minor: 33 }]],
  ['/dev', []],
]);
const build = (change: Partial<TaskSpec> = {}, facts: Partial<HostFacts> = {}) =>
  buildSpec(
    {
      id: newContainerId(),
      rootfs: '/r',
      bundle: '/b',
      args: ['sh'],
      env: ['A=1'],
      cwd: '/',
      user: { uid: 0, gid: 0, additionalGids: [0] },
      tty: false,
      openStdin: false,
      stdinOnce: false,
      hostname: 'box',
      netns: { kind: 'path', path: '/n' },
      mounts: [],
      resources: {},
      readonlyRootfs: false,
      privileged: false,
      capAdd: [],
      capDrop: [],
      noNewPrivileges: false,
      seccomp: 'default',
      sysctls: {},
      shmSizeBytes: 67_108_864,
      oomScoreAdj: 0,
      ulimits: [],
      init: false,
      log: 'none',
      ...change,
    },
    {
      host: { ...host, ...facts },
      cgroupsPath: '/davit/x',
      initPath: '/shim',
      hostDevices: () => [device],
      devicesAt: (path) => devices.get(path),
    },
  );

test('a default container has the spec of Docker 28', () => {
  const { linux, mounts, ...rest } = build();
  assert.deepEqual(rest, {
    ociVersion: '1.2.1',
    process: {
      terminal: false,
      user: { uid: 0, gid: 0, additionalGids: [0] },
      args: ['sh'],
      env: ['A=1'],
      cwd: '/',
      capabilities: { bounding: DEFAULT_CAPS, effective: DEFAULT_CAPS, permitted: DEFAULT_CAPS },
      oomScoreAdj: 0,
    },
    root: { path: '/r' },
    hostname: 'box',
  });
  assert.deepEqual(
    mounts.map((mount) => `${mount.destination} ${mount.type} ${mount.options.join(',')}`),
    [
      '/proc proc nosuid,noexec,nodev',
      '/dev tmpfs nosuid,strictatime,mode=755,size=65536k',
      '/dev/pts devpts nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5',
      '/sys sysfs nosuid,noexec,nodev,ro',
      '/sys/fs/cgroup cgroup ro,nosuid,noexec,nodev',
      '/dev/mqueue mqueue nosuid,noexec,nodev',
      '/dev/shm tmpfs nosuid,noexec,nodev,mode=1777,size=67108864',
    ],
  );
  const { seccomp, maskedPaths, ...others } = linux;
  assert.equal(seccomp?.syscalls.length, 13);
  assert.equal(maskedPaths?.length, 12);
  const rule = (major: number, minor: number, allow: boolean) => ({ allow, type: 'c', major, minor, access: 'rwm' });
  assert.deepEqual(others, {
    sysctl: { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': '0 2147483647' },
    cgroupsPath: '/davit/x',
    resources: {
      devices: [
        { allow: false, access: 'rwm' },
        ...[rule(1, 5, true), rule(1, 3, true), rule(1, 9, true), rule(1, 8, true), rule(5, 0, true), rule(5, 1, true)],
        rule(10, 229, false),
      ],
    },
    namespaces: [{ type: 'mount' }, { type: 'network', path: '/n' }, { type: 'uts' }, { type: 'pid' }, { type: 'ipc' }],
    readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
  });
});

test('privileged lifts masks, seccomp and device rules, and shows the devices', () => {
  const { linux, mounts, process } = build({ privileged: true });
  assert.equal(linux.seccomp, undefined);
  assert.equal(linux.maskedPaths, undefined);
  assert.equal(linux.readonlyPaths, undefined);
  assert.deepEqual(linux.resources.devices, [{ allow: true, access: 'rwm' }]);
  const { mode, ...shown } = device;
  assert.deepEqual(linux.devices, [{ ...shown, fileMode: mode }]);
  assert.ok(mounts.find((mount) => mount.destination === '/sys')?.options.includes('rw'));
  assert.equal(process.capabilities.effective?.length, 40);
});

test('another user has the bound but no capability in effect', () => {
  const { capabilities } = build({ user: { uid: 1000, gid: 0, additionalGids: [] } }).process;
  assert.deepEqual(capabilities, { bounding: DEFAULT_CAPS });
});

test('host namespaces leave out what belongs to them', () => {
  const spec = build({
    netns: { kind: 'host' },
    utsNs: { kind: 'host' },
    pidNs: { kind: 'host' },
    ipcNs: { kind: 'host' },
    sysctls: { 'net.core.somaxconn': '1', 'kernel.shmmax': '2' },
  });
  assert.deepEqual(spec.linux.namespaces, [{ type: 'mount' }]);
  assert.deepEqual(spec.linux.sysctl, { 'kernel.shmmax': '2' });
  assert.equal(spec.hostname, undefined);
  assert.equal(spec.mounts.find((mount) => mount.destination === '/dev/shm')?.type, 'bind');
});

test('devices are made at their targets with the asked access', () => {
  const { linux } = build({
    devices: [
      { source: '/dev/kvm', target: '/dev/virt', permissions: 'rw' },
      { source: '/dev/snd', target: '/dev/sound', permissions: 'rwm' },
    ],
    deviceRules: ['c 10:* r', 'a *:* rwm'],
  });
  assert.deepEqual(linux.devices, [
    { path: '/dev/virt', type: 'c', major: 10, minor: 232, fileMode: 0o660, uid: 0, gid: 5 },
    { path: '/dev/sound/timer', type: 'c', major: 116, minor: 33, fileMode: 0o660, uid: 0, gid: 5 },
  ]);
  assert.deepEqual(linux.resources.devices.slice(-4), [
    { allow: true, type: 'c', major: 10, minor: 232, access: 'rw' },
    { allow: true, type: 'c', major: 116, minor: 33, access: 'rwm' },
    { allow: true, type: 'c', major: 10, access: 'r' },
    { allow: true, type: 'a', access: 'rwm' },
  ]);
  for (const [source, why] of [
    ['/dev/nope', 'no such file or directory'],
    ['/dev', 'not a device node'],
  ] as const)
    assert.throws(() => build({ devices: [{ source, target: '/dev/x', permissions: 'r' }] }), {
      message: `error gathering device information while adding custom device "${source}": ${why}`,
    });
  assert.throws(() => build({ deviceRules: ['c 1:3'] }), { message: "invalid device cgroup rule format: 'c 1:3'" });
});

test('system paths, namespaces of groups, shared memory and annotations are as asked for', () => {
  const open = build({ unmaskedPaths: true, annotations: { a: 'b' } });
  assert.equal(open.linux.maskedPaths, undefined);
  assert.equal(open.linux.readonlyPaths, undefined);
  assert.deepEqual(open.annotations, { a: 'b' });
  assert.deepEqual(build({ cgroupNs: 'private' }).linux.namespaces.at(-1), { type: 'cgroup' });
  assert.deepEqual(build({ cgroupNs: 'host' }, { cgroupVersion: 2 }).linux.namespaces.at(-1), { type: 'ipc' });
  const shmOf = (change: Partial<TaskSpec>) => build(change).mounts.find((mount) => mount.destination === '/dev/shm');
  assert.equal(shmOf({ shm: 'none' }), undefined);
  assert.equal(shmOf({ shm: { source: '/run/x/shm' } })?.source, '/run/x/shm');
});

test('version 2 groups get their own namespace', () => {
  assert.deepEqual(build({}, { cgroupVersion: 2 }).linux.namespaces.at(-1), { type: 'cgroup' });
});

test('own mounts replace defaults, parents come first, propagation reaches the root', () => {
  const bind = (destination: string, ...options: string[]) => ({ type: 'bind', source: '/s', destination, options });
  const spec = build({ mounts: [bind('/a/b', 'rbind', 'rslave'), bind('/a'), bind('/dev/shm')], init: true });
  assert.deepEqual(
    spec.mounts.slice(6).map((mount) => mount.destination),
    ['/a', '/a/b', '/dev/shm', '/sbin/docker-init'].sort((x, y) => x.split('/').length - y.split('/').length),
  );
  assert.equal(spec.linux.rootfsPropagation, 'rslave');
  assert.deepEqual(spec.process.args, ['/sbin/docker-init', '--', 'sh']);
});

test('limits above the own hard ones are lowered, unless the server may raise them', () => {
  const ulimits = [{ name: 'nofile', soft: 512, hard: 1_000_000 }];
  assert.deepEqual(build({ ulimits, oomScoreAdj: -500 }).process.rlimits, [
    { type: 'RLIMIT_NOFILE', soft: 512, hard: 20_000 },
  ]);
  assert.equal(build({ oomScoreAdj: -500 }).process.oomScoreAdj, 0);
  const caps = [...host.caps, 'CAP_SYS_RESOURCE'];
  assert.equal(build({ ulimits }, { caps }).process.rlimits?.[0]?.hard, 1_000_000);
  assert.equal(build({ oomScoreAdj: -500 }, { caps }).process.oomScoreAdj, -500);
  const text = 'Limit                     Soft Limit           Hard Limit           Units     \n';
  assert.deepEqual(
    [...parseHardLimits(`${text}Max open files            1024                 20000                files     \n`)],
    [['RLIMIT_NOFILE', 20_000]],
  );
});

test('resources are those of runc', () => {
  assert.deepEqual(toOciResources({ memoryBytes: 100, nanoCpus: 5e8, pidsLimit: 7, cpusetCpus: '0' }, host), {
    memory: { limit: 100, swap: 200 },
    cpu: { period: 100_000, quota: 50_000, cpus: '0' },
    pids: { limit: 7 },
  });
  assert.deepEqual(toOciResources({ memoryBytes: 100 }, { ...host, swapLimit: false }), { memory: { limit: 100 } });
  assert.deepEqual(toOciResources({ pidsLimit: 0 }, host), { pids: { limit: -1 } });
  assert.deepEqual(toOciResources({}, host), {});
});

test('block devices are limited by their numbers, weights only where the kernel has them', () => {
  const { linux } = build({
    resources: {
      blkioWeight: 300,
      blkioWeightDevices: [{ path: '/dev/sda', weight: 20 }],
      blkioReadBps: [{ path: '/dev/sda', rate: 1024 }],
      blkioWriteIops: [{ path: '/dev/sda', rate: 7 }],
      memorySwappiness: 0,
    },
  });
  assert.deepEqual(linux.resources.blockIO, {
    weight: 300,
    weightDevice: [{ major: 8, minor: 0, weight: 20 }],
    throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1024 }],
    throttleWriteIOPSDevice: [{ major: 8, minor: 0, rate: 7 }],
  });
  assert.deepEqual(linux.resources.memory, { swappiness: 0 });
  assert.deepEqual(
    toOciResources({ blkioWeight: 300, memorySwappiness: 5 }, { cgroupVersion: 1, swapLimit: true }),
    {},
  );
  assert.throws(() => build({ resources: { blkioReadBps: [{ path: '/dev/kvm', rate: 1 }] } }), /not a block device/);
});

test('an exec session inherits limits, and gets every capability only when privileged', () => {
  const container = build({ noNewPrivileges: true, capDrop: ['KILL'] }).process;
  const exec = {
    id: newExecId(),
    containerId: newContainerId(),
    args: ['id'],
    env: [],
    cwd: '/tmp',
    user: { uid: 5, gid: 5, additionalGids: [] },
    tty: true,
    openStdin: false,
    privileged: false,
    consoleSize: { rows: 3, columns: 4 },
  };
  const process = buildExecProcess(exec, container, host);
  assert.equal(process.noNewPrivileges, true);
  assert.deepEqual(process.consoleSize, { height: 3, width: 4 });
  assert.deepEqual(process.capabilities, { bounding: DEFAULT_CAPS.filter((cap) => cap !== 'CAP_KILL') });
  const root = { ...exec, privileged: true, user: { uid: 0, gid: 0, additionalGids: [] } };
  assert.equal(buildExecProcess(root, container, host).capabilities.effective?.length, 40);
});
