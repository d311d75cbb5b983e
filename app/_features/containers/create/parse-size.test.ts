import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tryParseSize } from './parse-size.ts';

test('tryParseSize reads what docker run takes', () => {
  assert.equal(tryParseSize('512m'), 512 * 1024 ** 2);
  assert.equal(tryParseSize('1.5 GiB'), 1.5 * 1024 ** 3);
  assert.equal(tryParseSize('7'), 7);
  for (const bad of ['', 'm', '-1', '5 x', '1,5g']) assert.equal(tryParseSize(bad), undefined);
});
