import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tookText } from './operation-state.ts';

test('what took less than ten seconds has a tenth, longer ones have two units', () => {
  assert.equal(tookText(0, 'en'), '0.0\u00a0s');
  assert.equal(tookText(1_240, 'en'), '1.2\u00a0s');
  assert.equal(tookText(1_240, 'zh'), '1.2\u00a0秒');
  assert.equal(tookText(9_990, 'en'), '10.0\u00a0s');
  assert.equal(tookText(75_000, 'en'), '1\u00a0min 15\u00a0s');
});
