import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExecInfo } from '#engine/containers/index.ts';
import type { StatsSample } from '#engine/stats/index.ts';
import { toExecInspect } from './exec-inspect.ts';
import { golden } from './golden.ts';
import { toStats } from './stats.ts';

interface RecordedStats {
  name: string;
  id: string;
  networks: object;
  pids_stats: object;
  blkio_stats: object;
  cpu_stats: { cpu_usage: { total_usage: number } };
  precpu_stats: { cpu_usage: { total_usage: number } };
  memory_stats: { usage: number; limit: number; stats: { total_inactive_file: number } };
}

interface RecordedExec {
  ID: ExecInfo['id'];
  ContainerID: ExecInfo['containerId'];
  Pid: number;
}

const now = new Date('2026-11-21T11:35:53Z');

const sample: StatsSample = {
  at: new Date('2026-11-21T11:35:53.173Z'),
  cpuNs: 69_103_522,
  systemCpuNs: 5_306_110_000_000,
  onlineCpus: 2,
  throttledNs: 0,
  memoryBytes: 638_976,
  workingSetBytes: 634_880,
  cacheBytes: 36_864,
  swapBytes: 0,
  memoryLimitBytes: 67_108_864,
  pids: 1,
  networks: {
    eth0: {
      rxBytes: 1626,
      rxPackets: 15,
      rxErrors: 0,
      rxDropped: 0,
      txBytes: 126,
      txPackets: 3,
      txErrors: 0,
      txDropped: 0,
    },
  },
  blockReadBytes: 0,
  blockWriteBytes: 0,
};

test('figures have the places where clients look for them', async () => {
  const body = await golden<RecordedStats>('container-stats');
  const earlier = { ...sample, at: new Date('2026-11-21T11:35:52.171Z'), cpuNs: 54_208_377 };
  const stats = toStats({ id: body.id, name: 'demo' }, sample, earlier, { named: true, now });
  assert.deepEqual([stats.name, stats.id, stats.networks], [body.name, body.id, body.networks]);
  assert.deepEqual([stats.pids_stats, stats.blkio_stats], [body.pids_stats, body.blkio_stats]);
  assert.equal(stats.cpu_stats.cpu_usage.total_usage, body.cpu_stats.cpu_usage.total_usage);
  assert.equal(stats.precpu_stats.cpu_usage.total_usage, body.precpu_stats.cpu_usage.total_usage);
  // Without the kernel's own list clients find what they subtract under both names.
  const { usage, limit } = body.memory_stats;
  const { total_inactive_file } = body.memory_stats.stats;
  const inactive = { inactive_file: total_inactive_file, total_inactive_file };
  assert.deepEqual(stats.memory_stats, { usage, stats: inactive, limit });
});

test('a container that does not run has zeros and no memory', () => {
  const stats = toStats({ id: 'x', name: 'x' }, undefined, undefined, { named: false, now });
  assert.deepEqual([stats.memory_stats, stats.pids_stats, stats.cpu_stats.cpu_usage.total_usage], [{}, {}, 0]);
  assert.equal('name' in stats, false);
  assert.match(stats.preread, /^0001-01-01/);
});

test('an exec session before and after its end', async () => {
  const created = await golden<RecordedExec>('exec-inspect-created');
  const done = await golden<RecordedExec>('exec-inspect-done');
  const info: ExecInfo = {
    id: created.ID,
    containerId: created.ContainerID,
    args: ['sh', '-c', 'exit 3'],
    tty: false,
    running: false,
    exitCode: undefined,
    pid: undefined,
  };
  const wishes = { stdin: false, stdout: true, stderr: true, detachKeys: '', user: '', privileged: false };
  assert.deepEqual(toExecInspect(info, wishes), created);
  assert.deepEqual(toExecInspect({ ...info, exitCode: 3, pid: done.Pid }, wishes), done);
});
