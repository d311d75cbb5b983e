import assert from 'node:assert/strict';
import { test } from 'node:test';
import superjson from 'superjson';
import { deserialize, serialize } from './wire.schema.ts';

const AT = new Date('2026-11-21T10:00:00.123Z');

const VALUES: unknown[] = [
  AT,
  undefined,
  null,
  'text',
  [],
  { name: 'web', at: AT, ended: undefined, deep: [{ at: AT }, { none: null }] },
  { state: { pidStartTicks: 12345678901234567890n, at: AT }, list: [1n, { n: 2n }] },
  [{ labels: { 'com.example.a': 'b' }, times: { 'a.b': AT, 'c\\d': AT } }, AT],
];

const overTheWire = (value: unknown) => JSON.parse(JSON.stringify(value)) as never;

/** Absent and undefined are the same for whoever reads it. */
const plain = (value: unknown) =>
  value === undefined
    ? undefined
    : JSON.parse(JSON.stringify(value, (_, entry) => (typeof entry === 'bigint' ? `${entry}n` : entry)));

test('what is written here superjson reads, and the other way round', () => {
  for (const value of VALUES) {
    assert.deepEqual(plain(superjson.deserialize(overTheWire(serialize(value)))), plain(value));
    assert.deepEqual(plain(deserialize(overTheWire(superjson.serialize(value)))), plain(value));
    assert.deepEqual(deserialize(overTheWire(serialize(value))), superjson.deserialize(overTheWire(serialize(value))));
  }
});

test('a path that names nothing, or what every object has, changes nothing', () => {
  const wire = {
    json: { a: 1 },
    meta: { values: { '__proto__.polluted': ['Date'], 'b.c': ['Date'], a: ['undefined'] } },
  };
  assert.deepEqual(deserialize(wire), { a: undefined });
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

test('what is written is left as it was', () => {
  const state = { ticks: 7n };
  serialize([{ state }]);
  assert.equal(state.ticks, 7n);
});

test('a kind that is not sent is refused, not passed on as something else', () => {
  assert.throws(() => deserialize({ json: ['a'], meta: { values: { 0: ['set'] } } }), TypeError);
  assert.throws(() => serialize({ ports: new Set([1]) }), TypeError);
});
