import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type FormatFigure,
  formatBytes,
  formatCount,
  formatDecimalBytes,
  formatDuration,
  formatExact,
  formatLoad,
  formatNetworkRate,
  formatPercent,
  formatRate,
  formatTick,
  formatTime,
  shortId,
} from './format.ts';

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

test('formatDecimalBytes tells sizes as the docker CLI does, and never prints 1000 of a unit', () => {
  const cases: [number | undefined, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1 kB'],
    [4_261_550, '4.26 MB'],
    [187_400_000, '187 MB'],
    [999_900_000, '1 GB'],
    [undefined, '–'],
  ];
  for (const [bytes, expected] of cases) assert.equal(plain(formatDecimalBytes(bytes)), expected);
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
  assert.equal(formatExact(at, 'en', 'Asia/Shanghai'), '21 Nov 2026, 18:59:38 Asia/Shanghai');
});

test('formatPercent and shortId', () => {
  assert.equal(plain(formatPercent(1.24)), '1.2 %');
  assert.equal(plain(formatPercent(212.4)), '212 %');
  assert.equal(shortId(`sha256:${'ab'.repeat(32)}`), 'abababababab');
});

test('a tick has as many digits as it needs, and the two of an axis are never alike', () => {
  const cases: [FormatFigure, number, string][] = [
    [formatPercent, 0.25, '0.25 %'],
    [formatPercent, 0.5, '0.5 %'],
    [formatPercent, 0.025, '0.025 %'],
    [formatPercent, 37.5, '37.5 %'],
    [formatPercent, 100, '100 %'],
    [formatPercent, 2_000, '2000 %'],
    [formatCount, 0.5, '0.5'],
    [formatLoad, 0.005, '0.005'],
    [formatLoad, 1, '1'],
    [formatBytes, 0.5, '0.5 B'],
    [formatBytes, 256 * 2 ** 20, '256 MiB'],
    [formatBytes, 1.5 * 2 ** 30, '1.5 GiB'],
    [formatRate, 2.5 * 1024, '2.5 KiB/s'],
    [formatPercent, Number.NaN, '–'],
  ];
  for (const [format, value, expected] of cases) assert.equal(plain(format(value, true)), expected);
  for (const format of [formatPercent, formatCount, formatLoad, formatBytes, formatRate])
    for (const step of [1, 2, 5])
      for (let power = -3; power <= 6; power += 1)
        assert.notEqual(format(step * 10 ** power, true), format((step * 10 ** power) / 2, true));
});

test('the times of an axis are told apart: with seconds on a short one, with the day on a long one', () => {
  const at = new Date('2026-11-21T10:59:38Z');
  const minutes = formatTick(at, 900_000, 'en');
  assert.match(minutes, /^\d\d:\d\d$/);
  assert.equal(formatTick(at, 120_000, 'en'), `${minutes}:38`);
  assert.equal(formatTick(at, 120_000, 'zh-CN'), `${minutes}:38`);
  assert.match(formatTick(at, 3 * 86_400_000, 'en'), /Nov/);
});

test('the rate of a network is told in decimal bytes or bits', () => {
  const cases: [number | undefined, 'byte' | 'bit', string][] = [
    [0, 'byte', '0 B/s'],
    [999, 'byte', '999 B/s'],
    [999.6, 'byte', '1 kB/s'],
    [1_234_567, 'byte', '1.23 MB/s'],
    [125_000, 'bit', '1 Mbit/s'],
    [10, 'bit', '80 bit/s'],
    [undefined, 'bit', '–'],
  ];
  for (const [rate, unit, expected] of cases) assert.equal(plain(formatNetworkRate(rate, unit)), expected);
  assert.equal(plain(formatNetworkRate(0.5, 'byte', true)), '0.5 B/s');
});
