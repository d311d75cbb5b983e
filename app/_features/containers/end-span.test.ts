import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endSpan } from './end-span.ts';

const finishedAt = new Date('2026-11-21T10:41:07Z');
const before = (seconds: number) => new Date(finishedAt.getTime() - seconds * 1_000);
const exited = { status: 'exited', exitCode: 137, oomKilled: true, startedAt: before(760), finishedAt } as const;

test('the memory before an end nobody asked for: all of a short run, a quarter of an hour of a long one', () => {
  assert.deepEqual(endSpan(exited), { from: before(760).getTime(), to: finishedAt.getTime() });
  assert.deepEqual(endSpan({ ...exited, startedAt: before(86_400) })?.from, before(900).getTime());
  const waiting = { ...exited, status: 'restarting', nextAt: finishedAt, attempt: 1 } as const;
  assert.deepEqual(endSpan(waiting), endSpan(exited));
  assert.notEqual(endSpan({ ...exited, oomKilled: false, exitCode: 1 }), undefined);
});

test('none while it runs, after 0, on request, and of a start that failed', () => {
  assert.equal(endSpan({ status: 'running', pid: 1, pidStartTicks: 1n, startedAt: finishedAt }), undefined);
  assert.equal(endSpan({ status: 'created', error: 'no such file', exitCode: 127 }), undefined);
  assert.equal(endSpan({ ...exited, oomKilled: false, exitCode: 0 }), undefined);
  assert.equal(endSpan({ ...exited, oomKilled: false, stoppedBy: 'anna' }), undefined);
  assert.equal(endSpan({ ...exited, startedAt: finishedAt }), undefined);
});
