import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareValues, formatSort, holdOrder, orderOf, parseSort, rangeOf, toggleSort } from './row-order.ts';

const NAME = { id: 'name', desc: false };

test('names are compared as people count', () => {
  assert.deepEqual(['web10', 'Web2', 'api'].sort(compareValues), ['api', 'Web2', 'web10']);
  assert.deepEqual([10, 9, -1].sort(compareValues), [-1, 9, 10]);
});

test('the order in the address comes back as it was, and one that is not known is not used', () => {
  const columns = ['name', 'cpu'];
  for (const text of ['cpu.desc', 'cpu,name.desc'])
    assert.equal(formatSort(parseSort(text, columns, NAME), NAME), text);
  assert.equal(formatSort([NAME], NAME), '');
  for (const text of [null, '', 'size', '.desc']) assert.deepEqual(parseSort(text, columns, NAME), [NAME]);
});

test('a second press turns the order, Shift adds a second key', () => {
  assert.deepEqual(toggleSort([NAME], 'name', false), [{ id: 'name', desc: true }]);
  assert.deepEqual(toggleSort([NAME], 'cpu', false), [{ id: 'cpu', desc: false }]);
  assert.deepEqual(toggleSort([NAME], 'cpu', true), [NAME, { id: 'cpu', desc: false }]);
  assert.deepEqual(toggleSort([NAME, { id: 'cpu', desc: false }], 'cpu', true), [NAME, { id: 'cpu', desc: true }]);
});

test('a held order keeps the places, shows the new facts and counts what waits', () => {
  const rows = (text: string) => [...text].map((id, at) => ({ id, at }));
  const held = holdOrder(rows('abc'), rows('xca'), ({ id }) => id);
  assert.deepEqual(held.rows, [
    { id: 'a', at: 2 },
    { id: 'b', at: 1 },
    { id: 'c', at: 1 },
  ]);
  assert.deepEqual([...held.gone], ['b']);
  assert.equal(held.waiting, 1);
  assert.equal(held.moved, true);
  assert.equal(holdOrder(rows('abc'), rows('ac'), ({ id }) => id).moved, false);
});

test('a range reaches both ways', () => {
  assert.deepEqual(rangeOf(['a', 'b', 'c'], 'c', 'b'), ['b', 'c']);
  assert.deepEqual(rangeOf(['a', 'b', 'c'], undefined, 'b'), ['b']);
  assert.deepEqual(rangeOf(['a', 'b', 'c'], 'gone', 'b'), ['b']);
});

test('orderOf asks the next column where one says nothing, and puts what is unknown last in both directions', () => {
  const cpu = [3, undefined, 5, 3];
  const name = ['web10', 'db', 'cache', 'web2'];
  const places = (desc: boolean) =>
    orderOf(4, [
      { desc, values: cpu },
      { desc: false, values: name },
    ]);
  assert.deepEqual(places(false), [3, 0, 2, 1]);
  assert.deepEqual(places(true), [2, 3, 0, 1]);
});
