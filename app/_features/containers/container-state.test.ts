import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerState } from '../../_lib/trpc.ts';
import { chipKind, isProblem, matchesFilter, stateSince } from './container-state.ts';

const at = new Date('2026-11-21T10:00:00Z');
const exited = { status: 'exited', exitCode: 0, oomKilled: false, startedAt: at, finishedAt: at } as const;

test('an exit of zero is quiet, another code is a problem unless somebody asked for it', () => {
  assert.equal(chipKind(exited), 'exited');
  assert.equal(isProblem(exited), false);
  assert.equal(chipKind({ ...exited, exitCode: 143 }), 'failed');
  assert.equal(isProblem({ ...exited, exitCode: 143 }), true);
  assert.equal(isProblem({ ...exited, exitCode: 143, stoppedBy: 'anna' }), false);
});

test('the memory limit wins over the exit code', () => {
  assert.equal(chipKind({ ...exited, exitCode: 137, oomKilled: true }), 'oom');
  assert.equal(isProblem({ ...exited, exitCode: 137, oomKilled: true }), true);
});

test('a failed start is a problem and counts as stopped', () => {
  const state = { status: 'created', error: 'no such file', exitCode: 127 } as const;
  assert.equal(chipKind(state), 'failed');
  assert.equal(matchesFilter(state, 'stopped'), true);
  assert.equal(matchesFilter(state, 'problems'), true);
  assert.equal(stateSince(state), undefined);
});

test('a running container that its health check finds sick is a problem, one still being probed is not', () => {
  const health = (status: 'starting' | 'healthy' | 'unhealthy'): ContainerState => {
    const process = { status: 'running', pid: 1, pidStartTicks: 1n, startedAt: at } as const;
    return { ...process, health: { status, failingStreak: 0, log: [] } };
  };
  assert.deepEqual([chipKind(health('starting')), isProblem(health('starting'))], ['probing', false]);
  assert.deepEqual([chipKind(health('healthy')), isProblem(health('healthy'))], ['running', false]);
  assert.deepEqual([chipKind(health('unhealthy')), isProblem(health('unhealthy'))], ['unhealthy', true]);
  assert.equal(matchesFilter(health('unhealthy'), 'running'), true);
});
