import assert from 'node:assert/strict';
import { test } from 'node:test';
import { updateContainerInput } from '#server/trpc/containers/containers.schema.ts';
import { plainConfig } from '../create/plain-config.ts';
import { changesOf, checkLimits, type LimitsForm, limitsOf, toUpdate } from './limits-form.ts';

const MIB = 1024 ** 2;
const PLAIN = limitsOf(plainConfig());
const LIMITED = limitsOf(
  plainConfig({
    resources: { memoryBytes: 64 * MIB, memorySwapBytes: 128 * MIB, nanoCpus: 5e8, pidsLimit: 50, cpusetCpus: '0' },
    restart: { name: 'on-failure', maxRetries: 2 },
  }),
);

const update = (before: LimitsForm, change: Partial<LimitsForm>) => {
  const input = toUpdate({ ...before, ...change }, before);
  const { resources, restart } = updateContainerInput.parse({ containerId: 'c1', ...input });
  return JSON.parse(JSON.stringify({ resources, restart })) as object;
};

test('only what changed is asked for, and nothing when nothing did', () => {
  assert.deepEqual(toUpdate(LIMITED, LIMITED), {});
  assert.deepEqual(update(LIMITED, { pidsLimit: '100' }), { resources: { pidsLimit: 100 } });
  assert.deepEqual(update(PLAIN, { restart: 'always' }), { restart: { name: 'always', maxRetries: 0 } });
});

test('a memory limit brings the sum with swap along, as Docker has it by default', () => {
  assert.deepEqual(update(PLAIN, { memory: '32m' }), {
    resources: { memoryBytes: 32 * MIB, memorySwapBytes: 64 * MIB },
  });
  assert.deepEqual(update(LIMITED, { memory: '1g', memorySwap: '-1' }), {
    resources: { memoryBytes: 1024 * MIB, memorySwapBytes: -1 },
  });
});

test('an emptied field takes its limit away', () => {
  assert.deepEqual(update(LIMITED, { memory: '', cpus: '', pidsLimit: '' }), {
    resources: { memoryBytes: -1, memorySwapBytes: -1, nanoCpus: -1, pidsLimit: -1 },
  });
});

test('changes are told with what was and what will be', () => {
  assert.deepEqual(changesOf({ ...LIMITED, memory: '128m', maxRetries: '5', cpus: '' }, LIMITED), [
    { key: 'memory', from: '64m', to: '128m' },
    { key: 'cpus', from: '0.5', to: '' },
    { key: 'restart', from: 'on-failure:2', to: 'on-failure:5' },
  ]);
});

const REFUSED: [what: string, before: LimitsForm, change: Partial<LimitsForm>, problems: object][] = [
  ['too little memory', PLAIN, { memory: '1m' }, { memory: 'memory_too_small' }],
  ['swap below memory', PLAIN, { memory: '64m', memorySwap: '32m' }, { memorySwap: 'swap_below_memory' }],
  ['swap alone', PLAIN, { memorySwap: '32m' }, { memorySwap: 'swap_without_memory' }],
  ['CPUs and a quota', PLAIN, { cpus: '1', cpuQuota: '5000' }, { cpus: 'cpus_or_quota' }],
  ['a set of CPUs that is none', PLAIN, { cpusetCpus: 'all' }, { cpusetCpus: 'cpu_set' }],
  ['a set of CPUs taken away', LIMITED, { cpusetCpus: '' }, { cpusetCpus: 'limit_stays' }],
  ['tries that are no number', PLAIN, { restart: 'on-failure', maxRetries: 'x' }, { maxRetries: 'number' }],
];

for (const [what, before, change, problems] of REFUSED) {
  test(`checkLimits names ${what}`, () => {
    assert.deepEqual(checkLimits({ ...before, ...change }, before, false), problems);
  });
}

test('a container that is removed when it exits has no other policy', () => {
  assert.deepEqual(checkLimits({ ...PLAIN, restart: 'always' }, PLAIN, true), { restart: 'auto_remove_restart' });
  assert.deepEqual(checkLimits(PLAIN, PLAIN, true), {});
});
