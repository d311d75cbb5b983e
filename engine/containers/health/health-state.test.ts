import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HealthCheck } from '../container-service.ts';
import { intervalNow, NOT_PROBED, type Probe, toProbe, withResult } from './health-state.ts';

const started = new Date(1_000_000);
const at = (ms: number) => new Date(started.getTime() + ms);
const result = (ms: number, exitCode: number) => ({ startedAt: at(ms), endedAt: at(ms + 10), exitCode, output: '' });

function probeOf(check: HealthCheck): Probe {
  const probe = toProbe({ test: ['CMD', 'true'], ...check });
  assert.ok(probe);
  return probe;
}

test('a check is a command, a line for the shell, or nothing', () => {
  assert.equal(toProbe(undefined), undefined);
  assert.equal(toProbe({ test: ['NONE'] }), undefined);
  assert.equal(toProbe({ intervalMs: 5 }), undefined);
  assert.deepEqual(toProbe({ test: ['CMD-SHELL', 'a | b'], intervalMs: 0 }), {
    args: ['/bin/sh', '-c', 'a | b'],
    intervalMs: 30_000,
    timeoutMs: 30_000,
    startPeriodMs: 0,
    startIntervalMs: 5_000,
    retries: 3,
  });
  assert.deepEqual(probeOf({ test: ['CMD', 'a', 'b'] }).args, ['a', 'b']);
});

/** `s`, `h`, `u` after each result; results are `+` or `-`, one a second. */
function walk(results: string, check: HealthCheck): string {
  const probe = probeOf(check);
  let health = NOT_PROBED;
  let seen = '';
  for (const [second, sign] of [...results].entries()) {
    health = withResult(health, result((second + 1) * 1000, sign === '+' ? 0 : 1), probe, started);
    seen += health.status[0] ?? '';
  }
  return seen;
}

test('three failures in a row are unhealthy, one success is healthy', () => {
  assert.equal(walk('--+--+', {}), 'sshhhh');
  assert.equal(walk('+---+', {}), 'hhhuh');
  assert.equal(walk('---', {}), 'ssu');
  assert.equal(walk('-', { retries: 1 }), 'u');
});

test('failures in the start period do not count until the first success', () => {
  assert.equal(walk('----', { startPeriodMs: 3_500, retries: 1 }), 'sssu');
  assert.equal(walk('+-', { startPeriodMs: 60_000, retries: 1 }), 'hu');
});

test('the last five results are kept', () => {
  let health = NOT_PROBED;
  for (let code = 0; code < 8; code++) health = withResult(health, result(code, code), probeOf({}), started);
  assert.deepEqual(
    health.log.map(({ exitCode }) => exitCode),
    [3, 4, 5, 6, 7],
  );
});

test('the start interval holds in the start period only, and only until the first success', () => {
  const probe = probeOf({ intervalMs: 9_000, startPeriodMs: 20_000, startIntervalMs: 700 });
  assert.equal(intervalNow(NOT_PROBED, probe, started, at(19_999)), 700);
  assert.equal(intervalNow(NOT_PROBED, probe, started, at(20_000)), 9_000);
  assert.equal(intervalNow({ ...NOT_PROBED, status: 'healthy' }, probe, started, at(1)), 9_000);
});

test('under a clock that jumps the start period ends early rather than never', () => {
  const probe = probeOf({ startPeriodMs: 60_000, intervalMs: 7_000, startIntervalMs: 1_000, retries: 1 });
  const year = 365 * 86_400_000;
  assert.equal(intervalNow(NOT_PROBED, probe, started, at(1)), 1_000);
  for (const jump of [-10 * year, -3_600_000, 10 * year]) {
    assert.equal(intervalNow(NOT_PROBED, probe, started, at(jump)), 7_000, `${jump}`);
    assert.equal(withResult(NOT_PROBED, result(jump, 1), probe, started).status, 'unhealthy', `${jump}`);
  }
});
