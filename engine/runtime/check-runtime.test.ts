import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOlder } from './check-runtime.ts';

test('versions compare by their leading numbers', () => {
  assert.ok(isOlder('1.1.5+ds1', [1, 2, 8]));
  assert.ok(isOlder('1.2.7', [1, 2, 8]));
  assert.ok(!isOlder('1.2.8', [1, 2, 8]));
  assert.ok(!isOlder('1.3.0-rc.1', [1, 2, 8]));
});
