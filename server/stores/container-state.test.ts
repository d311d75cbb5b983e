import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerState } from '#engine/containers/index.ts';
import { stateFromJson, stateToJson } from './container-state.ts';

const at = new Date('2026-01-02T03:04:05.678Z');
const run = { startedAt: at, endedAt: at, exitCode: 0, output: '2026-01-02T03:04:05.678Z' };
const STATES: ContainerState[] = [
  { status: 'created', error: '2026-01-02T03:04:05.678Z' },
  {
    status: 'running',
    pid: 1,
    pidStartTicks: 2n ** 60n,
    startedAt: at,
    health: { status: 'healthy', failingStreak: 0, log: [run] },
    restartedAt: [at, at],
  },
  { status: 'restarting', exitCode: 1, oomKilled: false, startedAt: at, finishedAt: at, nextAt: at, attempt: 3 },
  { status: 'removing', volumes: true },
];

test('a state is read as it was written', () => {
  for (const state of STATES) assert.deepEqual(stateFromJson(stateToJson(state), 'container c1'), state);
});

test('what cannot be read names its row', () => {
  for (const text of ['{', '{"status":"running","pidStartTicks":"x"}']) {
    assert.throws(() => stateFromJson(text, 'container c1'), { code: 'data_corrupt', message: /container c1/ });
  }
});
