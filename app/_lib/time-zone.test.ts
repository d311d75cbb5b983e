import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { formatClock, formatTick, formatTime } from './format.ts';
import { parseTimeText, toTimeText } from './parse-time-text.ts';
import { fromWallClock, isZone, setShownZone, toWallClock, zoneName } from './time-zone.ts';

afterEach(() => setShownZone(undefined));

test('a clock on the wall and the moment it shows lead to each other, in summer and in winter', () => {
  for (const zone of ['UTC', 'Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Chatham', undefined]) {
    for (const text of ['2026-01-02T03:04:05Z', '2026-07-15T23:59:59Z', '2024-02-29T12:00:00Z']) {
      const at = new Date(text);
      assert.equal(fromWallClock(toWallClock(at, zone), zone).toISOString(), at.toISOString(), `${zone} ${text}`);
    }
  }
});

test('the hour that summer time leaves out counts on, and the one it doubles is one of the two', () => {
  const left = fromWallClock({ year: 2026, month: 3, day: 29, hour: 2, minute: 30, second: 0 }, 'Europe/Berlin');
  assert.ok(['2026-03-29T01:30:00.000Z', '2026-03-29T00:30:00.000Z'].includes(left.toISOString()));
  const doubled = fromWallClock({ year: 2026, month: 10, day: 25, hour: 2, minute: 30, second: 0 }, 'Europe/Berlin');
  assert.deepEqual(toWallClock(doubled, 'Europe/Berlin').hour, 2);
});

test('every moment follows the zone that was chosen, shown and typed', () => {
  const at = new Date('2026-11-21T20:59:38.114Z');
  setShownZone('Asia/Shanghai');
  assert.equal(formatTime(at, 'en'), '22 Nov 2026, 04:59:38');
  assert.equal(formatTime(at, 'zh'), '2026年11月22日 04:59:38');
  assert.equal(formatClock(at, true), '04:59:38.114');
  assert.equal(formatTick(at, 3_600_000, 'en'), '04:59');
  assert.equal(toTimeText(at), '2026-11-22 04:59:38');
  assert.equal(parseTimeText('2026-11-22 04:59:38')?.toISOString(), '2026-11-21T20:59:38.000Z');
  assert.equal(parseTimeText('04:00', at)?.toISOString(), '2026-11-21T20:00:00.000Z');
  assert.equal(parseTimeText('23:00', at)?.toISOString(), '2026-11-21T15:00:00.000Z');
  assert.equal(parseTimeText('2026-02-31'), undefined);
  assert.equal(zoneName(), 'Asia/Shanghai');
  setShownZone('UTC');
  assert.equal(formatClock(at), '20:59:38');
});

test('a zone that nobody knows is none', () => {
  assert.equal(isZone('Mars/Olympus'), false);
  assert.equal(isZone(''), false);
  assert.equal(isZone('Europe/Berlin'), true);
});
