import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatDuration, formatPercent, formatTime, shortId } from './format.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('formatBytes keeps three significant digits and never prints 1024 of a unit', () => {
  const cases: [number | undefined, string][] = [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1024 * 1023.9, '1 MiB'],
    [512 * 1024 ** 2, '512 MiB'],
    [1.31 * 1024 ** 3, '1.31 GiB'],
    [undefined, '–'],
  ];
  for (const [bytes, expected] of cases) assert.equal(plain(formatBytes(bytes)), expected);
});

test('formatDuration shows two neighbouring units', () => {
  assert.equal(plain(formatDuration((2 * 86_400 + 4 * 3_600 + 59) * 1_000, 'en')), '2 d 4 h');
  assert.equal(plain(formatDuration((2 * 86_400 + 4 * 3_600) * 1_000, 'zh-CN')), '2 天 4 小时');
  assert.equal(plain(formatDuration(400, 'en')), '0 s');
  assert.equal(plain(formatDuration(-5, 'zh')), '0 秒');
  assert.equal(plain(formatDuration(3_600_000, 'en')), '1 h');
});

test('formatTime writes the date of the language', () => {
  const at = new Date('2026-11-21T10:59:38Z');
  assert.equal(formatTime(at, 'en', 'UTC'), '21 Nov 2026, 10:59:38');
  assert.equal(formatTime(at, 'zh', 'UTC'), '2026年11月21日 10:59:38');
});

test('formatPercent and shortId', () => {
  assert.equal(plain(formatPercent(1.24)), '1.2 %');
  assert.equal(plain(formatPercent(212.4)), '212 %');
  assert.equal(shortId(`sha256:${'ab'.repeat(32)}`), 'abababababab');
});
