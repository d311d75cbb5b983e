import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measurePassword, passwordHint } from './password-strength.ts';

test('a short password is weak, a run or a repetition only fair, a phrase strong', () => {
  assert.deepEqual(measurePassword(''), { bars: 0, word: 'weak' });
  assert.deepEqual(measurePassword('short-one'), { bars: 1, word: 'weak' });
  assert.equal(measurePassword('aaaaaaaaaaaaaaaa').word, 'fair');
  assert.equal(measurePassword('abcdefghijklmnop').word, 'fair');
  assert.equal(measurePassword('harbour-crane-41').word, 'strong');
  assert.equal(measurePassword('harbour-crane-41-tide-rope').bars, 4);
});

test('an empty field says what is asked for and judges nothing', () => {
  assert.equal(passwordHint(''), 'asked');
  assert.equal(passwordHint('short'), 'weak');
});
