import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Shown, zoomedIn, zoomedOut } from './zoom-path.ts';

test('each step out goes to where the step in began', () => {
  const day: Shown = { range: '24h' };
  const hour: Shown = { span: { from: 0, to: 3_600_000 } };
  const inside = zoomedIn(zoomedIn([], day), hour);
  const first = zoomedOut(inside, '15m');
  assert.deepEqual(first.to, hour);
  const second = zoomedOut(first.path, '15m');
  assert.deepEqual(second, { path: [], to: day });
  assert.deepEqual(zoomedOut(second.path, '15m'), { path: [], to: { range: '15m' } });
});

test('the way back does not grow without end', () => {
  let path: readonly Shown[] = [];
  for (let step = 0; step < 100; step += 1) path = zoomedIn(path, { span: { from: step, to: step + 1 } });
  assert.equal(path.length, 20);
  assert.deepEqual(path.at(-1), { span: { from: 99, to: 100 } });
});
