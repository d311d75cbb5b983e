import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTimeText, toTimeText } from './parse-time-text.ts';

const now = new Date(2026, 10, 21, 10, 59, 38);
const parsed = (text: string) => {
  const at = parseTimeText(text, now);
  return at && toTimeText(at);
};

test('times are read as they are typed', () => {
  const cases: [string, string][] = [
    ['now', '2026-11-21 10:59:38'],
    ['15m', '2026-11-21 10:44:38'],
    ['15 min ago', '2026-11-21 10:44:38'],
    ['2h 30m ago', '2026-11-21 08:29:38'],
    ['1.5h', '2026-11-21 09:29:38'],
    ['1d', '2026-11-20 10:59:38'],
    ['10:30', '2026-11-21 10:30:00'],
    ['23:00:05', '2026-11-20 23:00:05'],
    ['2026-11-20', '2026-11-20 00:00:00'],
    ['2026-11-20 08:15', '2026-11-20 08:15:00'],
    ['2026-11-20T08:15:07', '2026-11-20 08:15:07'],
    ['2026-1-2, 3:04', '2026-01-02 03:04:00'],
  ];
  for (const [text, expected] of cases) assert.equal(parsed(text), expected, text);
  assert.equal(parseTimeText('2026-11-21T10:59:38.5Z')?.toISOString(), '2026-11-21T10:59:38.500Z');
  assert.equal(parseTimeText('2026-11-21T10:59:38+02:00')?.toISOString(), '2026-11-21T08:59:38.000Z');
});

test('what is no time is none', () => {
  for (const text of [
    '',
    'soon',
    '15',
    '15x',
    '25:00',
    '10:60',
    '2026-02-31',
    '2026-13-01',
    '2026-11-21 24:00',
    'm',
    '-5m',
  ])
    assert.equal(parsed(text), undefined, text);
});
