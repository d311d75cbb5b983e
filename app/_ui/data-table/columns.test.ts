import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DataColumn, formatColumns, shownColumns } from './columns.ts';

const cell = () => null;
const COLUMNS: readonly DataColumn<unknown>[] = [
  { id: 'state', header: 'State', cell },
  { id: 'name', header: 'Name', cell, locked: true },
  { id: 'id', header: 'Id', cell, optional: true },
];

test('the choice of columns comes back from the address; the default leaves no trace', () => {
  assert.deepEqual(shownColumns(COLUMNS, null), ['state', 'name']);
  assert.equal(formatColumns(COLUMNS, ['state', 'name']), '');
  for (const shown of [['name'], ['name', 'id'], ['state', 'name', 'id']]) {
    assert.deepEqual(shownColumns(COLUMNS, formatColumns(COLUMNS, shown)), shown);
  }
  assert.deepEqual(shownColumns(COLUMNS, 'id,nonsense'), ['name', 'id']);
});
