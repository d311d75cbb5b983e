import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { newContainerId } from '../lib/index.ts';
import { realContainers } from '../testing/real-containers.ts';
import type { ContainerConfig } from './container-service.ts';

let real: Awaited<ReturnType<typeof realContainers>>;
before(async () => {
  real = await realContainers();
});
after(() => real[Symbol.asyncDispose]());

const LIMITS = '/sys/fs/cgroup';
const v1 = existsSync(`${LIMITS}/memory`);
/** The seccomp profile of a user: everything is allowed but making folders. */
const NO_MKDIR = JSON.stringify({
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 }],
});

const LOOP = existsSync('/dev/loop0');
const CONTROL = existsSync('/dev/loop-control') ? false : 'the host has no /dev/loop-control';
const hostNs = (kind: string) => readlinkSync(`/proc/self/ns/${kind}`).replace(/[[\]]/g, '\\$&');

interface Case {
  name: string;
  config: Partial<ContainerConfig>;
  script: string;
  shows: RegExp;
  unless?: string | false;
}

const bits = (name: string) => `grep ${name} /proc/self/status`;
const group = (controller: string, file: string) => `cat /sys/fs/cgroup/${v1 ? `${controller}/` : ''}${file}`;
const noV1 = v1 ? false : 'the host has version 2 groups';

const CASES: Case[] = [
  {
    name: 'init is pid 1, reaps and forwards',
    config: { init: true },
    script: "tr '\\0' ' ' < /proc/1/cmdline; (sleep 0 &) ; sleep 1; grep -l '^State:.Z' /proc/[0-9]*/status; echo end",
    shows: /^\/sbin\/docker-init -- sh -c .*end\n$/s,
  },
  { name: 'no init', config: {}, script: "tr '\\0' ' ' < /proc/1/cmdline", shows: /^sh -c / },
  {
    name: 'ipc host',
    config: { ipcMode: 'host' },
    script: 'stat -L -c %N /proc/self/ns/ipc; ls -l /proc/self/ns/ipc',
    shows: new RegExp(hostNs('ipc')),
  },
  {
    name: 'ipc none has no shared memory',
    config: { ipcMode: 'none' },
    script: 'grep /dev/shm /proc/mounts; echo $?',
    shows: /^1\n$/,
  },
  { name: 'shm size', config: { shmSizeBytes: 2 ** 20 }, script: 'grep /dev/shm /proc/mounts', shows: /size=1024k/ },
  {
    name: 'pid host',
    config: { pidMode: 'host' },
    script: 'ls -l /proc/self/ns/pid',
    shows: new RegExp(hostNs('pid')),
  },
  { name: 'pid own', config: {}, script: 'echo $$', shows: /^1\n$/ },
  { name: 'uts host', config: { utsMode: 'host' }, script: 'hostname', shows: new RegExp(`^${hostname()}\n$`) },
  {
    name: 'cgroup namespace of its own',
    config: { cgroupnsMode: 'private' },
    script: v1 ? 'grep memory /proc/self/cgroup' : 'cat /proc/self/cgroup',
    shows: v1 ? /memory:\/\n/ : /^0::\/\n$/,
  },
  {
    name: 'cgroup namespace of the host',
    config: { cgroupnsMode: 'host' },
    script: v1 ? 'grep memory /proc/self/cgroup' : 'cat /proc/self/cgroup',
    shows: v1 ? /memory:\/k\w+\/[0-9a-f]{64}\n/ : /^0::\/k\w+\/[0-9a-f]{64}\n$/,
  },
  { name: 'userns host', config: { usernsMode: 'host' }, script: 'cat /proc/self/uid_map', shows: /0 +0 +4294967295/ },
  {
    name: 'a device at another path with its access',
    config: { devices: [{ source: '/dev/kmsg', target: '/dev/messages', permissions: 'r' }] },
    script: 'stat -c %t:%T /dev/messages; echo x > /dev/messages || echo no write',
    shows: /^1:b\n.*no write\n$/s,
  },
  {
    name: 'a folder of devices',
    config: { devices: [{ source: '/dev/net', target: '/dev/nets', permissions: 'rwm' }] },
    script: 'stat -c %t:%T /dev/nets/tun',
    shows: /^a:c8\n$/,
    unless: existsSync('/dev/net/tun') ? false : 'the host has no /dev/net/tun',
  },
  {
    name: 'a device rule',
    config: { deviceRules: ['c 10:237 r'] },
    script: 'busybox mknod /tmp/k c 10 237; exec 3< /tmp/k && echo opened',
    shows: /^opened\n$/,
    unless: CONTROL,
  },
  {
    name: 'without a device rule',
    config: {},
    script: 'busybox mknod /tmp/k c 10 237; cat /tmp/k || echo refused',
    shows: /refused/,
  },
  {
    name: 'capability added',
    config: { capAdd: ['NET_ADMIN'] },
    script: bits('CapEff'),
    shows: /a80435fb/,
  },
  { name: 'capabilities all', config: { capAdd: ['ALL'] }, script: bits('CapEff'), shows: /0000[01][1f][^0]/ },
  {
    name: 'capability dropped',
    config: { capDrop: ['CHOWN'] },
    script: 'touch /tmp/a; busybox chown 5 /tmp/a || echo refused',
    shows: /refused/,
  },
  { name: 'capabilities none', config: { capDrop: ['ALL'] }, script: bits('CapBnd'), shows: /0000000000000000/ },
  { name: 'seccomp default', config: {}, script: bits('Seccomp:'), shows: /\t2/ },
  {
    name: 'seccomp unconfined',
    config: { securityOpt: ['seccomp=unconfined'] },
    script: bits('Seccomp:'),
    shows: /\t0/,
  },
  {
    name: 'seccomp profile',
    config: { securityOpt: [`seccomp=${NO_MKDIR}`] },
    script: 'mkdir /tmp/a || echo refused',
    shows: /refused/,
  },
  {
    name: 'no new privileges',
    config: { securityOpt: ['no-new-privileges'] },
    script: bits('NoNewPrivs'),
    shows: /\t1/,
  },
  {
    name: 'new privileges',
    config: { securityOpt: ['apparmor=unconfined'] },
    script: bits('NoNewPrivs'),
    shows: /\t0/,
  },
  { name: 'system paths masked', config: {}, script: 'cat /proc/timer_list | wc -c', shows: /^0\n/ },
  {
    name: 'system paths open',
    config: { securityOpt: ['systempaths=unconfined'] },
    script: 'grep -c " /proc/[a-z]" /proc/mounts',
    shows: /^0\n/,
  },
  {
    name: 'sysctl',
    config: { sysctls: { 'net.ipv4.ip_default_ttl': '33', 'kernel.msgmax': '9000' } },
    script: 'cat /proc/sys/net/ipv4/ip_default_ttl /proc/sys/kernel/msgmax',
    shows: /^33\n9000\n$/,
  },
  {
    name: 'ulimit',
    config: {
      ulimits: [
        { name: 'nofile', soft: 111, hard: 222 },
        { name: 'core', soft: 0, hard: 0 },
      ],
    },
    script: 'ulimit -Sn; ulimit -Hn; ulimit -Hc',
    shows: /^111\n222\n0\n$/,
  },
  {
    name: 'cpuset',
    config: { resources: { cpusetCpus: '1' } },
    script: 'grep Cpus_allowed_list /proc/self/status',
    shows: /\t1\n/,
    unless: readFileSync('/proc/cpuinfo', 'utf8').match(/^processor/gm)?.length === 1 && 'one processor',
  },
  {
    name: 'memory and swap',
    config: {
      resources: {
        memoryBytes: 2 ** 25,
        memorySwapBytes: 2 ** 26,
        memoryReservationBytes: 2 ** 24,
        memorySwappiness: 7,
      },
    },
    // Version 2 counts swap alone, and has no swappiness of a group.
    script: (v1
      ? ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes', 'memory.soft_limit_in_bytes', 'memory.swappiness']
      : ['memory.max', 'memory.swap.max', 'memory.low']
    )
      .map((file) => group('memory', file))
      .join(';'),
    shows: v1 ? /^33554432\n67108864\n16777216\n7\n$/ : /^33554432\n33554432\n16777216\n$/,
  },
  {
    name: 'oom kill off',
    config: { resources: { memoryBytes: 2 ** 25, oomKillDisable: true } },
    script: group('memory', 'memory.oom_control'),
    shows: /oom_kill_disable 1/,
    unless: noV1,
  },
  {
    name: 'processors and shares',
    config: { resources: { nanoCpus: 5e8, cpuShares: 77 } },
    script: v1
      ? `${group('cpu', 'cpu.cfs_quota_us')}; ${group('cpu', 'cpu.shares')}`
      : `${group('cpu', 'cpu.max')}; ${group('cpu', 'cpu.weight')}`,
    // Newer versions of runc scale shares by another curve.
    shows: v1 ? /^50000\n77\n$/ : /^50000 100000\n\d{1,2}\n$/,
  },
  {
    name: 'pids limit',
    config: { resources: { pidsLimit: 17 } },
    script: group('pids', 'pids.max'),
    shows: /^17\n$/,
  },
  {
    name: 'block device rates',
    config: {
      resources: {
        blkioReadBps: [{ path: '/dev/loop0', rate: 1_048_576 }],
        blkioWriteIops: [{ path: '/dev/loop0', rate: 9 }],
      },
    },
    script: v1
      ? `${group('blkio', 'blkio.throttle.read_bps_device')}; ${group('blkio', 'blkio.throttle.write_iops_device')}`
      : group('io', 'io.max'),
    shows: v1 ? /^7:0 1048576\n7:0 9\n$/ : /^7:0 rbps=1048576 wbps=max riops=max wiops=9\n$/,
    unless: LOOP ? false : 'the host has no /dev/loop0',
  },
  { name: 'oom score', config: { oomScoreAdj: 321 }, script: 'cat /proc/self/oom_score_adj', shows: /^321\n$/ },
  {
    name: 'tmpfs options',
    config: { mounts: [{ type: 'tmpfs', target: '/t', sizeBytes: 2 ** 20, mode: 0o700, options: 'exec,uid=5' }] },
    script: 'stat -c %a:%u /t; grep " /t " /proc/mounts',
    shows: /^700:5\n(?!.*noexec).*size=1024k/,
  },
  { name: 'read-only root', config: { readonlyRootfs: true }, script: 'touch /x || echo refused', shows: /refused/ },
  {
    name: 'extra hosts',
    config: { extraHosts: ['db:10.0.0.9', 'gw:host-gateway'] },
    script: 'cat /etc/hosts',
    shows: /\n(10\.\d+\.\d+)\.\d+\t\w+\n10\.0\.0\.9\tdb\n\1\.1\tgw/,
  },
  {
    name: 'dns',
    config: { dns: ['9.9.9.9'], dnsSearch: ['a.test'], dnsOptions: ['ndots:3'] },
    script: 'cat /etc/resolv.conf',
    shows: /nameserver 9\.9\.9\.9\nsearch a\.test\noptions ndots:3/,
  },
  {
    name: 'group-add by name and number',
    config: { groupAdd: ['staff', '77'] },
    script: 'id -G',
    shows: /^0 50 77\n$|^0 77 50\n$/,
  },
  {
    name: 'domain name',
    config: { hostname: 'box', domainname: 'a.test' },
    script: 'hostname; cat /proc/sys/kernel/domainname /etc/hostname',
    shows: /^box\na\.test\nbox\.a\.test\n$/,
  },
  {
    name: 'mac address',
    config: { macAddress: '02:42:AC:11:00:77' },
    script: 'cat /sys/class/net/eth0/address',
    shows: /^02:42:ac:11:00:77\n$/,
  },
  {
    name: 'user and working folder',
    config: { user: 'web', workingDir: '/www' },
    script: 'id -u; pwd',
    shows: /^1000\n\/www\n$/,
  },
];

for (const { name, config, script, shows, unless } of CASES)
  test(name, { timeout: 60_000, skip: unless || false }, async () => {
    const { output } = await real.run({ command: ['sh', '-c', `{ ${script}; } 2>&1`], ...config });
    assert.match(output, shows);
  });

test('annotations are in the bundle, and the container knows its pid space is shared', {
  timeout: 60_000,
}, async () => {
  const first = await real.create(
    { command: ['sleep', '60'], ipcMode: 'shareable', annotations: { team: 'a b' } },
    'donor',
  );
  await real.service.start(first);
  const { paths } = await real.service.inspect(first);
  // Beside it may be orders to the runtime.
  assert.equal(JSON.parse(readFileSync(`${paths.bundle}/config.json`, 'utf8')).annotations.team, 'a b');

  const { output } = await real.run({
    command: ['sh', '-c', 'echo hello > /dev/shm/note; ps -o args'],
    pidMode: 'container:donor',
    ipcMode: 'container:donor',
  });
  assert.match(output, /^sleep 60$/m);
  const again = await real.run({ command: ['cat', '/dev/shm/note'], ipcMode: 'container:donor' });
  assert.equal(again.output, 'hello\n');

  const plain = await real.create({ command: ['sleep', '60'] }, 'plain');
  await real.service.start(plain);
  await assert.rejects(real.run({ ipcMode: 'container:plain' }), /non-shareable IPC \(hint: use IpcMode:shareable/);
  await real.service.kill(plain);
  await assert.rejects(real.run({ pidMode: 'container:plain' }), {
    message: `failed to join PID namespace: container ${plain} is not running`,
  });
  await real.service.kill(first);
  const mounts = await real.deps.kernel.listMounts();
  assert.deepEqual(
    mounts.filter(({ target }) => target.startsWith(real.root)),
    [],
  );
});

test('a stop sends the asked signal and kills after the asked time', { timeout: 60_000 }, async () => {
  const loop = 'echo ready; while :; do sleep 0.05; done';
  for (const [trap, exitCode] of [
    ["trap 'exit 7' USR1", 7],
    ["trap '' USR1", 137],
  ] as const) {
    const id = await real.create({
      command: ['sh', '-c', `${trap}; ${loop}`],
      stopSignal: 'USR1',
      stopTimeoutSeconds: 1,
    });
    await using stream = await real.service.attach(id);
    await real.service.start(id);
    await stream.output[Symbol.asyncIterator]().next();
    await real.service.stop(id);
    const { state } = await real.service.inspect(id);
    assert.equal(state.status === 'exited' && state.exitCode, exitCode);
    await real.service.remove(id);
  }
});

test('log options bound the files, and none keeps nothing', { timeout: 60_000 }, async () => {
  const command = ['seq', '1', '20000'];
  const run = async (log: ContainerConfig['log']) => {
    const id = await real.create({ command, log });
    const ended = real.service.wait(id, { condition: 'next-exit' });
    await real.service.start(id);
    await ended;
    const { paths } = await real.service.inspect(id);
    const folder = dirname(paths.log);
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('container.log')) : [];
    return { id, files: files.map((name) => join(folder, name)) };
  };
  for (const driver of ['json-file', 'local']) {
    const { id, files } = await run({ driver, options: { 'max-size': '2k', 'max-file': '3', mode: 'non-blocking' } });
    assert.equal(files.length, 3);
    // A file is exchanged once it is over its size; up to 126 lines are written together.
    for (const file of files) assert.ok(statSync(file).size < 2048 + 126 * 60, file);
    let last = '';
    for await (const lines of await real.service.logs(id, {})) last = lines.at(-1)?.text.toString() ?? last;
    assert.equal(last, '20000');
    await real.service.remove(id);
  }
  const silent = await run({ driver: 'none' });
  assert.deepEqual(silent.files, []);
  await assert.rejects(real.service.logs(silent.id, {}), {
    message: 'configured logging driver does not support reading',
  });
  await real.service.remove(silent.id);
});

test('shared memory that a crash left behind is taken away at the next start of the server', {
  timeout: 60_000,
}, async () => {
  const left = real.deps.paths.sharedMemory(newContainerId());
  mkdirSync(left, { recursive: true });
  await real.deps.kernel.mountTmpfs(left, { sizeBytes: 4096 });
  const actions = await real.service.reconcile({ rebooted: false });
  assert.match(actions.join(), /unmounted what it left/);
  assert.ok(!(await real.deps.kernel.listMounts()).some(({ target }) => target === left));
});

test('what cannot take effect is refused at the start', { timeout: 60_000 }, async () => {
  const refused: [Partial<ContainerConfig>, RegExp][] = [
    [
      { devices: [{ source: '/dev/nope', target: '/dev/nope', permissions: 'r' }] },
      /gathering device information .*"\/dev\/nope": no such file or directory/,
    ],
    [{ groupAdd: ['nobodies'] }, /unable to find group nobodies: no matching entries in group file/],
    [
      { resources: { blkioReadBps: [{ path: '/dev/null', rate: 1 }] } },
      /cannot limit device "\/dev\/null": not a block device/,
    ],
    [{ securityOpt: ['seccomp={'] }, /Decoding seccomp profile failed/],
  ];
  for (const [change, message] of refused) await assert.rejects(real.run({ command: ['true'], ...change }), message);
});
