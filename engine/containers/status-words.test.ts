import assert from 'node:assert/strict';
import { test } from 'node:test';
import { humanDuration, statusWords } from './status-words.ts';

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

test('durations read as in docker ps', () => {
  const cases: [number, string][] = [
    [0, 'Less than a second'],
    [999, 'Less than a second'],
    [1 * S, '1 second'],
    [59 * S, '59 seconds'],
    [60 * S, 'About a minute'],
    [119 * S, 'About a minute'],
    [2 * M, '2 minutes'],
    [59 * M, '59 minutes'],
    [60 * M, 'About an hour'],
    [89 * M, 'About an hour'],
    [90 * M, '2 hours'],
    [47 * H, '47 hours'],
    [48 * H, '2 days'],
    [13 * D, '13 days'],
    [14 * D, '2 weeks'],
    [59 * D, '8 weeks'],
    [60 * D, '2 months'],
    [729 * D, '24 months'],
    [731 * D, '2 years'],
  ];
  for (const [ms, words] of cases) assert.equal(humanDuration(ms), words, `${ms} ms`);
});

test('each state has its words', () => {
  const now = new Date('2026-01-02T12:00:00Z');
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const ended = { exitCode: 137, oomKilled: false, startedAt: ago(2 * H), finishedAt: ago(3 * M) };
  assert.equal(statusWords({ status: 'created' }, now), 'Created');
  const up = { pid: 1, pidStartTicks: 1n, startedAt: ago(2 * H) };
  assert.equal(statusWords({ status: 'running', ...up }, now), 'Up 2 hours');
  assert.equal(statusWords({ status: 'paused', ...up }, now), 'Up 2 hours (Paused)');
  assert.equal(statusWords({ status: 'exited', ...ended }, now), 'Exited (137) 3 minutes ago');
  assert.equal(statusWords({ status: 'dead', ...ended }, now), 'Dead');
  assert.equal(
    statusWords({ status: 'restarting', ...ended, nextAt: now, attempt: 1 }, now),
    'Restarting (137) 3 minutes ago',
  );
  assert.equal(statusWords({ status: 'removing' }, now), 'Removal In Progress');
});

test('a clock that went back shows no negative time', () => {
  const now = new Date(1_000_000);
  const startedAt = new Date(2_000_000);
  assert.equal(statusWords({ status: 'running', pid: 1, pidStartTicks: 1n, startedAt }, now), 'Up Less than a second');
});

test('health stands behind the time', () => {
  const words = (status: 'starting' | 'healthy' | 'unhealthy') =>
    statusWords(
      {
        status: 'running',
        pid: 1,
        pidStartTicks: 1n,
        startedAt: new Date(0),
        health: { status, failingStreak: 0, log: [] },
      },
      new Date(2_000),
    );
  assert.equal(words('starting'), 'Up 2 seconds (health: starting)');
  assert.equal(words('healthy'), 'Up 2 seconds (healthy)');
  assert.equal(words('unhealthy'), 'Up 2 seconds (unhealthy)');
});
