import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateMeter } from './rate-meter.ts';

test('rate and time left appear after a moment and follow the last seconds', () => {
  const meter = new RateMeter();
  const at = (second: number, doneBytes: number) => meter.measure({ doneBytes, totalBytes: 10_000 }, second * 1000);
  assert.deepEqual(at(0, 0), { doneBytes: 0, totalBytes: 10_000 });
  assert.deepEqual(at(0.2, 100), { doneBytes: 100, totalBytes: 10_000 });
  assert.deepEqual(at(1, 1000), { doneBytes: 1000, totalBytes: 10_000, bytesPerSecond: 1000, secondsLeft: 9 });
  for (let second = 2; second < 20; second += 0.5) at(second, 1000 + second);
  const slow = at(20, 1020);
  assert.ok(slow.bytesPerSecond !== undefined && slow.bytesPerSecond < 3, JSON.stringify(slow));
  assert.ok(slow.secondsLeft !== undefined && slow.secondsLeft > 3000);
});

test('a standing source has rate 0 and no time left, an unknown total has none either', () => {
  const meter = new RateMeter();
  for (let second = 0; second < 10; second++) meter.measure({ doneBytes: 5, totalBytes: 9 }, second * 1000);
  assert.deepEqual(meter.measure({ doneBytes: 5, totalBytes: 9 }, 10_000), {
    doneBytes: 5,
    totalBytes: 9,
    bytesPerSecond: 0,
  });
  const open = new RateMeter();
  open.measure({ doneBytes: 0 }, 0);
  assert.deepEqual(open.measure({ doneBytes: 500, step: 'a' }, 1000), {
    doneBytes: 500,
    step: 'a',
    bytesPerSecond: 500,
  });
});

test('the next part of the work begins anew', () => {
  const meter = new RateMeter();
  meter.measure({ doneBytes: 0, totalBytes: 100 }, 0);
  meter.measure({ doneBytes: 100, totalBytes: 100 }, 1000);
  assert.deepEqual(meter.measure({ doneBytes: 0, totalBytes: 50 }, 1100), { doneBytes: 0, totalBytes: 50 });
  assert.equal(meter.measure({ doneBytes: 10, totalBytes: 50 }, 2100).bytesPerSecond, 10);
});
