import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitFacts } from './limit-facts.ts';

type Detail = Parameters<typeof limitFacts>[0];

const MIB = 2 ** 20;

function factsOf(resources: Detail['config']['resources'], stopReason?: Detail['stopReason']) {
  return limitFacts({ config: { resources } as Detail['config'], memoryLimitBytes: resources.memoryBytes, stopReason });
}

test('swap is what may be used beside the memory', () => {
  assert.deepEqual(factsOf({ memoryBytes: 64 * MIB, memorySwapBytes: 96 * MIB }).swap, {
    kind: 'bytes',
    bytes: 32 * MIB,
  });
  assert.deepEqual(factsOf({ memoryBytes: 64 * MIB, memorySwapBytes: 64 * MIB }).swap, { kind: 'none' });
  assert.deepEqual(factsOf({ memoryBytes: 64 * MIB, memorySwapBytes: -1 }).swap, { kind: 'unlimited' });
  assert.equal(factsOf({}).swap, undefined);
});

test('cores come from either way to limit them', () => {
  assert.equal(factsOf({ nanoCpus: 1_500_000_000 }).cores, 1.5);
  assert.equal(factsOf({ cpuQuota: 50_000 }).cores, 0.5);
  assert.equal(factsOf({ cpuQuota: 50_000, cpuPeriod: 25_000 }).cores, 2);
  assert.equal(factsOf({ cpuQuota: -1 }).cores, undefined);
});

test('a limit of processes that says none is none', () => {
  assert.equal(factsOf({ pidsLimit: 100 }).pids, 100);
  assert.equal(factsOf({ pidsLimit: -1 }).pids, undefined);
});

test('only an end at the limit of memory says that it was reached', () => {
  assert.equal(factsOf({ memoryBytes: MIB }, { kind: 'oom', limitBytes: MIB, exitCode: 137 }).reached, true);
  assert.equal(factsOf({ memoryBytes: MIB }).reached, false);
});
