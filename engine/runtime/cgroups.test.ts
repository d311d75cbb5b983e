import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Cgroups } from './cgroups.ts';

/** The group of a running container as Debian 13 shows it, cut to what is read. */
const V2: Record<string, string> = {
  'cpu.stat':
    'usage_usec 69103\nuser_usec 40000\nsystem_usec 29103\nnice_usec 0\ncore_sched.force_idle_usec 0\nnr_periods 9\nnr_throttled 2\nthrottled_usec 1500\nnr_bursts 0\nburst_usec 0\n',
  'memory.current': '638976\n',
  'memory.peak': '4886528\n',
  'memory.max': '67108864\n',
  'memory.low': '0\n',
  'memory.swap.current': '8192\n',
  'memory.swap.max': 'max\n',
  'memory.stat': 'anon 57344\nfile 36864\nkernel 500000\ninactive_anon 53248\ninactive_file 4096\nactive_file 32768\n',
  'memory.events': 'low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\noom_group_kill 0\n',
  'pids.current': '2\n',
  'pids.max': 'max\n',
  'io.stat': '254:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n7:0 \n',
  'cpu.max': 'max 100000\n',
  'cpu.weight': '100\n',
  'cgroup.freeze': '0\n',
  'cgroup.procs': '4242\n',
  'init/cgroup.procs': '4243\n',
};

const V1: Record<string, string> = {
  'cpuacct/cpuacct.usage': '69103522\n',
  'cpuacct/cpuacct.usage_percpu': '50466418 18637104 \n',
  'cpuacct/cpuacct.stat': 'user 4\nsystem 2\n',
  'cpu/cpu.stat': 'nr_periods 9\nnr_throttled 2\nthrottled_time 1500000\n',
  'memory/memory.usage_in_bytes': '638976\n',
  'memory/memory.max_usage_in_bytes': '4886528\n',
  'memory/memory.failcnt': '3\n',
  'memory/memory.limit_in_bytes': '9223372036854771712\n',
  'memory/memory.stat':
    'cache 36864\ninactive_file 4096\ntotal_cache 36864\ntotal_swap 512\ntotal_inactive_file 4096\n',
  'pids/pids.current': '2\n',
  'pids/pids.max': '17\n',
  'blkio/blkio.throttle.io_service_bytes_recursive':
    '254:0 Read 4096\n254:0 Write 8192\n254:0 Total 12288\nTotal 12288\n',
  'blkio/blkio.throttle.io_serviced_recursive': '254:0 Read 1\n254:0 Write 2\nTotal 3\n',
};

function recorded(version: 1 | 2) {
  const root = mkdtempSync(join(tmpdir(), 'davit-cg-'));
  const place = (name: string) =>
    version === 2
      ? join(root, 'x', 'c1', name)
      : join(root, name.slice(0, name.indexOf('/')), 'x', 'c1', name.slice(name.indexOf('/') + 1));
  for (const [name, text] of Object.entries(version === 2 ? V2 : V1)) {
    mkdirSync(dirname(place(name)), { recursive: true });
    writeFileSync(place(name), text);
  }
  return {
    groups: new Cgroups({ instance: 'x', version, root }),
    read: (name: string) => readFileSync(place(name), 'utf8'),
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  };
}

test('version 2 counts as version 1 does', () => {
  using tree = recorded(2);
  const {
    systemCpuNs: _host,
    onlineCpus: _cpus,
    ...sample
  } = tree.groups.sample('c1', 0, new Date(0), { detail: true });
  assert.deepEqual(sample, {
    at: new Date(0),
    networks: {},
    cpuNs: 69_103_000,
    throttledNs: 1_500_000,
    memoryBytes: 638_976,
    workingSetBytes: 634_880,
    cacheBytes: 36_864,
    swapBytes: 8192,
    memoryLimitBytes: 67_108_864,
    pids: 2,
    blockReadBytes: 4096,
    blockWriteBytes: 8192,
    detail: {
      cpuUserNs: 40_000_000,
      cpuKernelNs: 29_103_000,
      periods: 9,
      throttledPeriods: 2,
      memoryMaxBytes: 4_886_528,
      memoryFailures: 3,
      memoryStats: {
        anon: 57_344,
        file: 36_864,
        kernel: 500_000,
        inactive_anon: 53_248,
        inactive_file: 4096,
        active_file: 32_768,
      },
      pidsLimit: undefined,
      blockBytes: [
        { major: 254, minor: 0, op: 'read', value: 4096 },
        { major: 254, minor: 0, op: 'write', value: 8192 },
      ],
      blockOperations: [
        { major: 254, minor: 0, op: 'read', value: 1 },
        { major: 254, minor: 0, op: 'write', value: 2 },
      ],
    },
  });
  assert.deepEqual(tree.groups.pids('c1').sort(), [4242, 4243]);
  assert.equal(tree.groups.isFrozen('c1'), false);
  assert.equal(tree.groups.sample('c1', 0, new Date(0)).detail, undefined);
});

test('version 1 has the times of each processor, and every device with its operations', () => {
  using tree = recorded(1);
  const { detail, memoryLimitBytes, workingSetBytes } = tree.groups.sample('c1', 0, new Date(0), { detail: true });
  assert.ok(memoryLimitBytes < 2 ** 60, 'no limit means the memory of the machine');
  assert.equal(workingSetBytes, 634_880);
  assert.deepEqual(detail?.perCpuNs, [50_466_418, 18_637_104]);
  assert.deepEqual([detail?.cpuUserNs, detail?.cpuKernelNs], [40_000_000, 20_000_000]);
  assert.deepEqual([detail?.pidsLimit, detail?.memoryMaxBytes, detail?.memoryFailures], [17, 4_886_528, 3]);
  assert.deepEqual(
    detail?.blockBytes.map(({ op, value }) => `${op} ${value}`),
    ['Read 4096', 'Write 8192', 'Total 12288'],
  );
  assert.equal(detail?.blockOperations.length, 2);
});

test('version 2 limits are written to their files, and all are put back when one is refused', async () => {
  using tree = recorded(2);
  await tree.groups.update('c1', { memoryBytes: 2 ** 27, memorySwapBytes: 2 ** 28, nanoCpus: 5e8, pidsLimit: 400 });
  const shown = () => ['memory.max', 'memory.swap.max', 'cpu.max', 'pids.max'].map((name) => tree.read(name).trim());
  // A plain file keeps what is longer than the new text; the kernel's do not, so these are chosen longer.
  assert.deepEqual(shown(), ['134217728', '134217728', '50000 100000', '400']);
  await assert.rejects(tree.groups.update('c1', { memoryBytes: 2 ** 29, cpusetCpus: '0' }), {
    code: 'invalid_argument',
    message: /Cannot update container c1: failed to write "0" to cpuset.cpus: ENOENT/,
  });
  assert.equal(tree.read('memory.max').trim(), '134217728');
  await tree.groups.thaw('c1');
  await tree.groups.update('gone', {});
});
