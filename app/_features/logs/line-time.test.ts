import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setShownZone } from '../../_lib/time-zone.ts';
import { lineTime } from './line-time.ts';

const AT = Date.parse('2026-11-21T10:59:38.114Z');

test('a line tells its time by the shown zone, by UTC, since the start, or not', () => {
  setShownZone('Asia/Tokyo');
  assert.deepEqual(lineTime(AT, 'local', AT), { clock: '19:59:38', fraction: '.114' });
  assert.deepEqual(lineTime(AT, 'utc', AT), { clock: '10:59:38', fraction: '.114' });
  assert.deepEqual(lineTime(AT + 90_061_005, 'start', AT), { clock: '+25:01:01', fraction: '.005' });
  assert.deepEqual(lineTime(AT - 61_005, 'start', AT), { clock: '\u221200:01:01', fraction: '.005' });
  assert.deepEqual(lineTime(AT, 'start', undefined), { clock: '19:59:38', fraction: '.114' });
  assert.equal(lineTime(AT, 'off', AT), undefined);
  setShownZone(undefined);
});
