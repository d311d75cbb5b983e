import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_STEPS, readSteps, StepList } from './step-list.ts';

function ticking() {
  let seconds = 0;
  return () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++));
}

test('a part keeps its place and its begin when more is told of it', () => {
  const list = new StepList(ticking());
  list.tell({ id: 'a', kind: 'unpack', state: 'running' });
  list.tell({ id: 'b', kind: 'unpack', state: 'present' });
  list.tell({ id: 'a', kind: 'unpack', state: 'done', doneBytes: 5 });
  const [first, second] = list.list();
  assert.deepEqual([first?.id, first?.state, first?.doneBytes, second?.id], ['a', 'done', 5, 'b']);
  assert.equal(first?.startedAt.getUTCSeconds(), 0);
  assert.equal(first?.finishedAt?.getUTCSeconds(), 2);
});

test('what goes on when all ends has ended the same way; what was over stays', () => {
  const list = new StepList(ticking());
  list.tell({ id: 'a', kind: 'remove', state: 'kept' });
  list.tell({ id: 'b', kind: 'remove', state: 'running' });
  list.end('failed');
  assert.deepEqual(
    list.list().map(({ state }) => state),
    ['kept', 'failed'],
  );
});

test('of thousands the newest stay, and what goes on before what is over', () => {
  const list = new StepList(ticking());
  list.tell({ id: 'slow', kind: 'pack', state: 'running' });
  for (let i = 0; i < 1_000; i += 1) list.tell({ id: `${i}`, kind: 'remove', name: 'x'.repeat(5_000), state: 'done' });
  const kept = list.list();
  assert.deepEqual([kept.length, list.dropped], [MOST_STEPS, 1_001 - MOST_STEPS]);
  assert.deepEqual([kept[0]?.id, kept.at(-1)?.id], ['slow', '999']);
  assert.equal(kept.at(-1)?.name?.length, 256);
});

test('one that failed says why, while the others go on, and is the last to be dropped', () => {
  const list = new StepList(ticking());
  const error = { code: 'conflict' as const, reason: 'x', params: {}, message: 'no', requestId: 'r' };
  list.tell({ id: 'bad', kind: 'stop', state: 'running' });
  list.fail('bad', error);
  list.fail('unknown', error);
  for (let i = 0; i < 1_000; i += 1) list.tell({ id: `${i}`, kind: 'stop', state: 'done' });
  list.end('failed');
  const [first, ...others] = list.list();
  assert.deepEqual([first?.id, first?.state, first?.error], ['bad', 'failed', error]);
  assert.deepEqual([...new Set(others.map(({ state }) => state))], ['done']);
});

test('a row has them as they were, and one of an older server has none', () => {
  const list = new StepList(ticking());
  list.tell({ id: 'a', kind: 'unpack', name: 'x', state: 'done', doneBytes: 5 });
  list.tell({ id: 'b', kind: 'record', state: 'running' });
  const kept = { steps: list.list(), stepsDropped: 3 };
  assert.deepEqual(readSteps(JSON.stringify(kept)), kept);
  assert.deepEqual(readSteps('{}'), { steps: [], stepsDropped: 0 });
});
