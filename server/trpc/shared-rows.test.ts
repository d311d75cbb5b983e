import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deepFrozen } from '#engine/lib/index.ts';
import { serializeShared } from './shared-rows.ts';
import { serialize } from './wire.schema.ts';

const AT = new Date('2026-11-21T10:00:00.123Z');
const row = (id: string) =>
  deepFrozen({ id, at: AT, health: undefined, state: { ticks: 7n, times: { 'a.b': AT } }, ports: [{ port: 1 }] });

test('a list of shared rows is written as any other', () => {
  const rows = [row('a'), row('b')];
  for (const list of [rows, rows.toReversed()]) {
    assert.equal(JSON.stringify(serializeShared(list)), JSON.stringify(serialize(list)));
  }
  for (const other of [[], [1], undefined, { rows }, [{ id: 'c', at: AT }], [row('a'), { id: 'c' }]]) {
    assert.equal(JSON.stringify(serializeShared(other)), JSON.stringify(serialize(other)));
  }
});

test('a shared row is packed once', () => {
  const one = row('a');
  const packed = () => (serializeShared([one]).json as unknown[])[0];
  assert.equal(packed(), packed());
});

test('a row that can be changed is packed each time', () => {
  const one = { id: 'a', at: AT };
  assert.deepEqual(serializeShared([one]).json, [{ id: 'a', at: AT }]);
  one.id = 'b';
  assert.deepEqual(serializeShared([one]).json, [{ id: 'b', at: AT }]);
});
