import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerState } from '../../_lib/trpc.ts';
import {
  chipKind,
  isProblem,
  loopOf,
  matchesFilter,
  needsYouFrom,
  stateSince,
  unhealthySince,
} from './container-state.ts';

const at = new Date('2026-11-21T10:00:00Z');
const exited = { status: 'exited', exitCode: 0, oomKilled: false, startedAt: at, finishedAt: at } as const;

test('an exit of zero is quiet, another code is a problem unless somebody asked for it', () => {
  assert.equal(chipKind(exited), 'exited');
  assert.equal(isProblem({ state: exited }), false);
  assert.equal(chipKind({ ...exited, exitCode: 143 }), 'failed');
  assert.equal(isProblem({ state: { ...exited, exitCode: 143 } }), true);
  assert.equal(isProblem({ state: { ...exited, exitCode: 143, stoppedBy: 'anna' } }), false);
});

test('the memory limit wins over the exit code', () => {
  assert.equal(chipKind({ ...exited, exitCode: 137, oomKilled: true }), 'oom');
  assert.equal(isProblem({ state: { ...exited, exitCode: 137, oomKilled: true } }), true);
});

test('a failed start is a problem and counts as stopped', () => {
  const state = { status: 'created', error: 'no such file', exitCode: 127 } as const;
  assert.equal(chipKind(state), 'failed');
  assert.equal(matchesFilter({ state }, 'stopped'), true);
  assert.equal(matchesFilter({ state }, 'problems'), true);
  assert.equal(stateSince(state), undefined);
});

test('a running container that its health check finds sick is a problem, one still being probed is not', () => {
  const health = (status: 'starting' | 'healthy' | 'unhealthy'): ContainerState => {
    const process = { status: 'running', pid: 1, pidStartTicks: 1n, startedAt: at } as const;
    return { ...process, health: { status, failingStreak: 0, log: [] } };
  };
  assert.deepEqual([chipKind(health('starting')), isProblem({ state: health('starting') })], ['probing', false]);
  assert.deepEqual([chipKind(health('healthy')), isProblem({ state: health('healthy') })], ['running', false]);
  assert.deepEqual([chipKind(health('unhealthy')), isProblem({ state: health('unhealthy') })], ['unhealthy', true]);
  assert.equal(matchesFilter({ state: health('unhealthy') }, 'running'), true);
});

test('three restarts in ten minutes are a loop, also while a run of it lasts; fewer, older ones and a stop are none', () => {
  const ago = (...minutes: number[]) => ({
    restartedAt: minutes.map((minute) => new Date(Date.now() - minute * 60_000)),
  });
  const running = { status: 'running', pid: 1, pidStartTicks: 1n, startedAt: new Date() } as const;
  const waiting = { ...exited, status: 'restarting', exitCode: 1, nextAt: at, attempt: 1 } as const;
  assert.equal(loopOf({ state: { ...running, ...ago(8, 5, 1) } }), 3);
  assert.equal(isProblem({ state: { ...running, ...ago(8, 5, 1) } }), true);
  assert.equal(matchesFilter({ state: { ...running, ...ago(8, 5, 1) } }, 'problems'), true);
  assert.equal(loopOf({ state: { ...running, ...ago(12, 11, 1) } }), undefined);
  assert.equal(loopOf({ state: running }), undefined);
  assert.equal(isProblem({ state: { ...waiting, ...ago(1) } }), false);
  assert.equal(loopOf({ state: { ...waiting, ...ago(9, 6, 3, 1) } }), 4);
});

test('a loop that has lasted longer than ten minutes counts the restarts of the last ten alone', () => {
  const waiting = { ...exited, status: 'restarting', exitCode: 1, nextAt: at } as const;
  const minutes = [19, 18, 17, 14, 11, 9, 7, 5, 3, 1];
  const restartedAt = minutes.map((minute) => new Date(Date.now() - minute * 60_000));
  assert.equal(loopOf({ state: { ...waiting, attempt: 26, restartedAt } }), 5);
  assert.equal(loopOf({ state: { ...waiting, attempt: 26, restartedAt: restartedAt.slice(0, 6) } }), undefined);
  assert.equal(loopOf({ state: { ...waiting, attempt: 26 } }), undefined);
});

test('one that its health check finds sick needs nobody in its first minute, unless it is in a loop', () => {
  const probe = { startedAt: at, endedAt: at, exitCode: 1, output: '' };
  const sick = (status: 'healthy' | 'unhealthy', failingStreak: number): { state: ContainerState } => {
    const health = { status, failingStreak, log: [probe] };
    return { state: { status: 'running', pid: 1, pidStartTicks: 1n, startedAt: at, health } };
  };
  assert.equal(needsYouFrom(sick('unhealthy', 1)), at.getTime() + 60_000);
  assert.equal(needsYouFrom(sick('healthy', 1)), undefined);
  // Unknown is not short.
  assert.equal(needsYouFrom(sick('unhealthy', 0)), 0);
  const looping = { ...sick('unhealthy', 1).state, restartedAt: Array.from({ length: 3 }, () => new Date()) };
  assert.equal(needsYouFrom({ state: looping }), 0);
  assert.equal(needsYouFrom({ state: exited }), undefined);
  assert.equal(needsYouFrom({ state: { ...exited, exitCode: 1 } }), 0);
});

test('unhealthy since the first failure in a row, also of one that is no longer kept', () => {
  const probe = (second: number, exitCode: number) => {
    const startedAt = new Date(at.getTime() + 1_000 * second);
    return { startedAt, endedAt: startedAt, exitCode, output: '' };
  };
  const log = [probe(0, 0), probe(10, 1), probe(20, 1)];
  assert.deepEqual(unhealthySince({ status: 'unhealthy', failingStreak: 2, log }), new Date(at.getTime() + 10_000));
  const all = [probe(100, 1), probe(110, 1), probe(120, 1)];
  assert.deepEqual(
    unhealthySince({ status: 'unhealthy', failingStreak: 8, log: all }),
    new Date(at.getTime() + 50_000),
  );
  const away = [probe(100, 1), probe(1_600, 1), probe(1_610, 1)];
  assert.deepEqual(
    unhealthySince({ status: 'unhealthy', failingStreak: 5, log: away }),
    new Date(at.getTime() + 1_570_000),
  );
  assert.equal(unhealthySince({ status: 'starting', failingStreak: 0, log: [] }), undefined);
});
