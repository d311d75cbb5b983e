import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceWrites } from './resource-files.ts';
import type { Resources } from './runtime.ts';

const MIB = 2 ** 20;
/** Files of a running container as the kernel prints them. */
const V1: Record<string, string> = {
  'memory.limit_in_bytes': '33554432\n',
  'memory.memsw.limit_in_bytes': '67108864\n',
  'blkio.weight': '500\n',
};
const V2: Record<string, string> = { 'cpu.max': '50000 200000\n', 'io.weight': 'default 100\n' };

function plan(change: Resources, version: 1 | 2, files = version === 1 ? V1 : V2): string[] {
  const writes = resourceWrites(change, version, (_controller, file) => files[file]);
  return writes.map(({ controller, file, value }) => `${controller}/${file}=${value}`);
}

test('version 1: memory below the old sum is written first, above it after the new sum', () => {
  assert.deepEqual(plan({ memoryBytes: 16 * MIB, memorySwapBytes: 20 * MIB }, 1), [
    'memory/memory.limit_in_bytes=16777216',
    'memory/memory.memsw.limit_in_bytes=20971520',
  ]);
  assert.deepEqual(plan({ memoryBytes: 128 * MIB, memorySwapBytes: -1 }, 1), [
    'memory/memory.memsw.limit_in_bytes=-1',
    'memory/memory.limit_in_bytes=134217728',
  ]);
  assert.deepEqual(plan({ memoryBytes: -1, memorySwapBytes: -1 }, 1), [
    'memory/memory.memsw.limit_in_bytes=-1',
    'memory/memory.limit_in_bytes=-1',
  ]);
  assert.deepEqual(plan({ memoryBytes: MIB, memorySwapBytes: 2 * MIB }, 1, {}), [
    'memory/memory.limit_in_bytes=1048576',
  ]);
});

const EVERYTHING: Resources = {
  memoryReservationBytes: 8 * MIB,
  nanoCpus: 1.5e9,
  cpuShares: 512,
  cpusetCpus: '0-1',
  cpusetMems: '0',
  pidsLimit: 9,
  blkioWeight: 300,
};

test('version 1: every other limit has its file', () => {
  assert.deepEqual(plan(EVERYTHING, 1), [
    'memory/memory.soft_limit_in_bytes=8388608',
    'cpu/cpu.shares=512',
    'cpu/cpu.cfs_period_us=100000',
    'cpu/cpu.cfs_quota_us=150000',
    'cpuset/cpuset.cpus=0-1',
    'cpuset/cpuset.mems=0',
    'pids/pids.max=9',
    'blkio/blkio.weight=300',
  ]);
  assert.deepEqual(plan({ nanoCpus: -1, pidsLimit: 0 }, 1), ['cpu/cpu.cfs_quota_us=-1', 'pids/pids.max=max']);
  assert.deepEqual(plan({ memoryBytes: 0, cpuShares: 0, cpusetCpus: '' }, 1), []);
});

test('version 2: swap is counted alone, shares become a weight, quota and period are one line', () => {
  assert.deepEqual(plan({ ...EVERYTHING, memoryBytes: 64 * MIB, memorySwapBytes: 64 * MIB }, 2), [
    '/memory.max=67108864',
    '/memory.swap.max=0',
    '/memory.low=8388608',
    '/cpu.weight=20',
    '/cpu.max=150000 100000',
    '/cpuset.cpus=0-1',
    '/cpuset.mems=0',
    '/pids.max=9',
    '/io.weight=2930',
  ]);
  assert.deepEqual(plan({ cpuQuota: 70_000 }, 2), ['/cpu.max=70000 200000']);
  assert.deepEqual(plan({ cpuPeriod: 10_000 }, 2), ['/cpu.max=50000 10000']);
  assert.deepEqual(plan({ memoryBytes: -1, memorySwapBytes: -1, nanoCpus: -1, pidsLimit: -1 }, 2), [
    '/memory.max=max',
    '/memory.swap.max=max',
    '/cpu.max=max 200000',
    '/pids.max=max',
  ]);
  assert.deepEqual(plan({ blkioWeight: 300 }, 2, { 'io.bfq.weight': 'default 100' }), ['/io.bfq.weight=300']);
  assert.deepEqual(plan({ cpuShares: 2 }, 2), ['/cpu.weight=1']);
  assert.deepEqual(plan({ cpuShares: 262_144 }, 2), ['/cpu.weight=10000']);
});
