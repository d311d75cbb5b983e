import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeLeftMs, UploadRates } from './upload-rate.ts';

test('the rate is that of the last seconds, and unknown at first', () => {
  const samples = new UploadRates();
  samples.note('a', 0, 0);
  assert.equal(samples.rate('a'), undefined);
  samples.note('a', 10, 100);
  assert.equal(samples.rate('a'), undefined);
  samples.note('a', 1_000, 1_000);
  assert.equal(samples.rate('a'), 1_000);
  for (let second = 2; second <= 20; second += 1) samples.note('a', 1_000 + (second - 1) * 50, second * 1_000);
  assert.equal(samples.rate('a'), 50);
});

test('an upload that begins anew is measured anew', () => {
  const samples = new UploadRates();
  samples.note('a', 5_000, 0);
  samples.note('a', 6_000, 1_000);
  samples.note('a', 0, 1_100);
  assert.equal(samples.rate('a'), undefined);
});

test('the time left needs a whole and a rate', () => {
  assert.equal(timeLeftMs(50, 100, 25), 2_000);
  assert.equal(timeLeftMs(100, 100, 25), undefined);
  assert.equal(timeLeftMs(50, undefined, 25), undefined);
  assert.equal(timeLeftMs(50, 100, 0), undefined);
  assert.equal(timeLeftMs(50, 100, undefined), undefined);
});
