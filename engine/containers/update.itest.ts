import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { realContainers } from '../testing/real-containers.ts';

const GROUPS = '/sys/fs/cgroup';
const MIB = 2 ** 20;
const v1 = existsSync(join(GROUPS, 'memory'));

test('limits change under a running container, survive its restart, and a refused one changes nothing', {
  timeout: 60_000,
}, async () => {
  await using real = await realContainers();
  const { service, instance } = real;
  // Holds 24 MiB in its own shared memory, which no reclaim takes away.
  const command = ['sh', '-c', 'dd if=/dev/zero of=/dev/shm/x bs=1M count=24 2>/dev/null; echo full; exec sleep 600'];
  const id = await real.create({
    command,
    resources: { memoryBytes: 64 * MIB, memorySwapBytes: 64 * MIB, pidsLimit: 50 },
  });
  await using stream = await service.attach(id);
  await service.start(id);
  await stream.output[Symbol.asyncIterator]().next();
  const read = (controller: string, file: string) =>
    readFileSync(join(GROUPS, v1 ? controller : '', instance, id, file), 'utf8').trim();

  const change = {
    memoryBytes: 96 * MIB,
    memorySwapBytes: 128 * MIB,
    memoryReservationBytes: 16 * MIB,
    nanoCpus: 5e8,
    cpuShares: 100,
    cpusetCpus: '0',
    pidsLimit: 33,
  };
  await service.update(id, { resources: change, restart: { name: 'unless-stopped', maxRetries: 0 } });
  const shownV1 = () => ({
    memoryBytes: Number(read('memory', 'memory.limit_in_bytes')),
    memorySwapBytes: Number(read('memory', 'memory.memsw.limit_in_bytes')),
    memoryReservationBytes: Number(read('memory', 'memory.soft_limit_in_bytes')),
    nanoCpus: Number(read('cpu', 'cpu.cfs_quota_us')) * 1e4,
    cpuShares: Number(read('cpu', 'cpu.shares')),
    cpusetCpus: read('cpuset', 'cpuset.cpus'),
    pidsLimit: Number(read('pids', 'pids.max')),
  });
  const weights = new Map<string, number>();
  const shownV2 = () => ({
    memoryBytes: Number(read('', 'memory.max')),
    memorySwapBytes: Number(read('', 'memory.max')) + Number(read('', 'memory.swap.max')),
    memoryReservationBytes: Number(read('', 'memory.low')),
    nanoCpus: Number.parseInt(read('', 'cpu.max'), 10) * 1e4,
    // The scale is another one: what is known is that more shares are more.
    cpuShares: weights.get(read('', 'cpu.weight')) ?? Number.NaN,
    cpusetCpus: read('', 'cpuset.cpus'),
    pidsLimit: Number(read('', 'pids.max')),
  });
  const shown = v1 ? shownV1 : shownV2;
  if (!v1) weights.set(read('', 'cpu.weight'), 100);
  assert.deepEqual(shown(), change);

  await assert.rejects(
    service.update(id, { resources: { pidsLimit: 5, memoryBytes: 8 * MIB, memorySwapBytes: 8 * MIB } }),
    /Cannot update container \w+: unable to set memory limit to 8388608 \(current usage: \d+\)/,
  );
  assert.deepEqual(shown(), change);
  assert.deepEqual((await service.inspect(id)).config.resources, change);

  await service.pause(id);
  await service.update(id, { resources: { cpuShares: 200, pidsLimit: -1 } });
  await service.unpause(id);
  if (v1) assert.equal(read('cpu', 'cpu.shares'), '200');
  else {
    assert.ok([...weights.keys()].every((less) => Number(less) < Number(read('', 'cpu.weight'))));
    weights.set(read('', 'cpu.weight'), 200);
  }
  assert.equal(read('pids', 'pids.max'), 'max');
  await service.restart(id, { timeoutSeconds: 0 });
  assert.deepEqual(shown(), { ...change, cpuShares: 200, pidsLimit: Number.NaN });
  const { restart } = (await service.inspect(id)).config;
  assert.equal(restart.name, 'unless-stopped');
});
