import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toNamePattern } from './containers/name-pattern.ts';
import { flagFilter, labelsMatch, parseFilters, parseUntil } from './filters.ts';
import { flagOf, integerOf, momentOf } from './query.ts';

const KEYS = ['label', 'label!', 'status', 'dangling'];
const read = (value: unknown) =>
  parseFilters(new URLSearchParams({ filters: typeof value === 'string' ? value : JSON.stringify(value) }), KEYS);

test('both encodings of filters mean the same', () => {
  const list = read({ label: ['a=b', 'c'], status: ['running'] });
  const map = read({ label: { 'a=b': true, c: true }, status: { running: true, exited: false } });
  assert.deepEqual(list, map);
  assert.deepEqual(parseFilters(new URLSearchParams(), KEYS), new Map());
});

test('filters that cannot be meant are refused in words clients know', () => {
  for (const bad of ['{', '[]', '"x"', { label: 'a' }, { label: [1] }, { label: { a: 1 } }]) {
    assert.throws(() => read(bad), { code: 'invalid_argument', message: 'invalid filter' });
  }
  assert.throws(() => read({ nope: ['x'] }), { message: "invalid filter 'nope'" });
  assert.throws(() => read({ __proto__: null, constructor: ['x'] }), { message: "invalid filter 'constructor'" });
});

test('all labels must be there and none of the unwanted', () => {
  const labels = { a: 'b', c: '' };
  assert.equal(labelsMatch(read({ label: ['a=b', 'c'] }), labels), true);
  assert.equal(labelsMatch(read({ label: ['a=x'] }), labels), false);
  assert.equal(labelsMatch(read({ label: ['toString'] }), labels), false);
  assert.equal(labelsMatch(read({ 'label!': ['a'] }), labels), false);
  assert.equal(labelsMatch(read({ 'label!': ['a=x'] }), labels), true);
});

test('until is a duration before now, seconds, or a date', () => {
  const now = new Date('2026-01-02T00:00:00Z');
  for (const [text, iso] of [
    ['1h30m', '2026-01-01T22:30:00.000Z'],
    ['500ms', '2026-01-01T23:59:59.500Z'],
    ['1767225600', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T10:00:00', '2026-01-01T10:00:00.000Z'],
    ['2026-01-01T10:00:00+02:00', '2026-01-01T08:00:00.000Z'],
  ] as const) {
    assert.equal(parseUntil(text, now).toISOString(), iso, text);
  }
  for (const bad of ['soon', '10', '1x', ''].filter((text) => text !== '10')) {
    assert.throws(() => parseUntil(bad, now), { code: 'invalid_argument' });
  }
});

test('a flag is off only for the words dockerd takes so', () => {
  const flag = (text: string) => flagOf(new URLSearchParams({ x: text }), 'x');
  assert.deepEqual(['', '0', 'no', 'False', 'none', '1', 'true', 'yes', '2'].map(flag), [
    ...[false, false, false, false, false],
    ...[true, true, true, true],
  ]);
  assert.equal(flagOf(new URLSearchParams(), 'x', true), true);
  assert.equal(flagFilter(read({ dangling: ['true'] }), 'dangling'), true);
  assert.throws(() => flagFilter(read({ dangling: ['maybe'] }), 'dangling'), { code: 'invalid_argument' });
});

test('numbers and moments are read or refused', () => {
  const query = new URLSearchParams({ n: '-1', bad: 'x', at: '1700000000.25', never: '0', long: '1.2500000000001' });
  assert.equal(integerOf(query, 'n'), -1);
  assert.throws(() => integerOf(query, 'bad'), /strconv\.Atoi: parsing "x"/);
  assert.equal(momentOf(query, 'at')?.getTime(), 1_700_000_000_250);
  assert.equal(momentOf(query, 'long')?.getTime(), 1250);
  assert.equal(momentOf(query, 'never'), undefined);
  assert.throws(() => momentOf(query, 'bad'), { code: 'invalid_argument' });
});

test('name patterns that could run for ever are refused', () => {
  assert.ok(toNamePattern('^/web-[0-9]+$').test('/web-12'));
  assert.ok(toNamePattern('^(a|b)x$').test('bx'));
  for (const bad of ['(a+)+$', '(a|a)*b', '(?=a)', '(a)\\1', 'a*b*c*d*', '[', 'x'.repeat(300)]) {
    assert.throws(() => toNamePattern(bad), { code: 'invalid_argument' }, bad);
  }
});
