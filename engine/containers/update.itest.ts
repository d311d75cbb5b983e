import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { realContainers } from '../testing/real-containers.ts';

const GROUPS = '/sys/fs/cgroup';
const MIB = 2 ** 20;
const skip = existsSync(join(GROUPS, 'memory')) ? false : 'the host has version 2 groups';

test('limits change under a running container, survive its restart, and a refused one changes nothing', {
  timeout: 60_000,
  skip,
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
    readFileSync(join(GROUPS, controller, instance, id, file), 'utf8').trim();

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
  const shown = () => ({
    memoryBytes: Number(read('memory', 'memory.limit_in_bytes')),
    memorySwapBytes: Number(read('memory', 'memory.memsw.limit_in_bytes')),
    memoryReservationBytes: Number(read('memory', 'memory.soft_limit_in_bytes')),
    nanoCpus: Number(read('cpu', 'cpu.cfs_quota_us')) * 1e4,
    cpuShares: Number(read('cpu', 'cpu.shares')),
    cpusetCpus: read('cpuset', 'cpuset.cpus'),
    pidsLimit: Number(read('pids', 'pids.max')),
  });
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
  assert.equal(read('cpu', 'cpu.shares'), '200');
  assert.equal(read('pids', 'pids.max'), 'max');
  await service.restart(id, { timeoutSeconds: 0 });
  assert.deepEqual(shown(), { ...change, cpuShares: 200, pidsLimit: Number.NaN });
  const { restart } = (await service.inspect(id)).config;
  assert.equal(restart.name, 'unless-stopped');
});
