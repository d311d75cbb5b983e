import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerConfig } from '../../testing/container-config.ts';
import { fakeContainerDeps } from '../../testing/fake-container-deps.ts';
import type { ContainerConfig, UpdateRequest } from '../container-service.ts';
import { createContainerService } from '../create-container-service.ts';

const MIB = 2 ** 20;

function setUp() {
  const fake = fakeContainerDeps();
  return { ...fake, service: createContainerService(fake.deps) };
}

test('an update is kept, told, and written only where something runs', async () => {
  using env = setUp();
  const { service, runtime, actions } = env;
  const { id } = await service.create(containerConfig({ resources: { memoryBytes: 64 * MIB } }));
  const now = async () => (await service.inspect(id)).config;
  await service.update(id, {
    resources: { memoryBytes: 32 * MIB, pidsLimit: 7 },
    restart: { name: 'always', maxRetries: 0 },
  });
  assert.deepEqual(runtime.updates, []);
  assert.deepEqual((await now()).resources, {
    memoryBytes: 32 * MIB,
    memorySwapBytes: 128 * MIB,
    pidsLimit: 7,
  });
  assert.equal((await now()).restart.name, 'always');
  await service.start(id);
  await service.update(id, { resources: { memorySwapBytes: 40 * MIB } });
  // Version 2 needs the memory to tell swap from the sum.
  assert.deepEqual(runtime.updates, [{ memorySwapBytes: 40 * MIB, memoryBytes: 32 * MIB }]);
  await service.update(id, { resources: { memoryBytes: -1, memorySwapBytes: -1, pidsLimit: -1 } });
  assert.deepEqual((await now()).resources, {});
  assert.equal(actions.filter((action) => action === 'update').length, 3);
  await service.remove(id, { force: true });
});

const REFUSED: [Partial<ContainerConfig>, UpdateRequest, RegExp][] = [
  [{}, { resources: { memoryBytes: MIB } }, /^Minimum memory limit allowed is 6MB$/],
  [{}, { resources: { memoryBytes: 8 * MIB } }, /Memory limit should be smaller than already set memoryswap limit/],
  [
    { resources: { memoryBytes: 16 * MIB } },
    { resources: { memorySwapBytes: 8 * MIB } },
    /Minimum memoryswap limit should be larger than memory limit/,
  ],
  [
    { resources: { cpuQuota: 5000 } },
    { resources: { nanoCpus: 1e9 } },
    /^Cannot update container \w{64}: Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set$/,
  ],
  [{ resources: { cpuPeriod: 5000 } }, { resources: { nanoCpus: 1e9 } }, /as CPU Period has already been set/],
  [{ resources: { nanoCpus: 1e9 } }, { resources: { cpuQuota: 5000 } }, /CPU Quota .* as NanoCPUs has already/],
  [{ resources: { nanoCpus: 1e9 } }, { resources: { cpuPeriod: 5000 } }, /CPU Period .* as NanoCPUs has already/],
  [{ autoRemove: true }, { restart: { name: 'always', maxRetries: 0 } }, /because AutoRemove is enabled/],
  [{}, { restart: { name: 'always', maxRetries: 3 } }, /maximum retry count can only be used with 'on-failure'/],
];

for (const [config, request, message] of REFUSED)
  test(`an update is refused: ${JSON.stringify(request)} of ${JSON.stringify(config)}`, async () => {
    using env = setUp();
    const { id } = await env.service.create(containerConfig(config));
    const before = (await env.service.inspect(id)).config;
    await assert.rejects(env.service.update(id, request), { message });
    assert.deepEqual((await env.service.inspect(id)).config, before);
    await env.service.remove(id);
  });
