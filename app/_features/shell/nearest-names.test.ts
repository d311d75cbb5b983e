import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestNames } from './nearest-names.ts';

const NAMES = ['shop-web', 'shop-db', 'mail', 'x'];

test('a slip of the fingers finds the name, the nearest first', () => {
  assert.deepEqual(nearestNames(['containers', 'shop-wev'], NAMES), ['shop-web']);
  assert.deepEqual(nearestNames(['mai'], NAMES), ['mail']);
  assert.deepEqual(nearestNames(['shop'], NAMES), ['shop-db', 'shop-web']);
});

test('what is like nothing finds nothing', () => {
  assert.deepEqual(nearestNames(['containers', 'grafana'], NAMES), []);
  assert.deepEqual(nearestNames([], NAMES), []);
});
