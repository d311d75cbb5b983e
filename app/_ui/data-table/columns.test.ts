import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DataColumn, formatColumns, moveColumn, shownColumns, withColumn } from './columns.ts';

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

test('the order of columns is kept, one more takes its usual place, and one can be put elsewhere', () => {
  assert.equal(formatColumns(COLUMNS, ['name', 'state']), 'name,state');
  assert.deepEqual(shownColumns(COLUMNS, 'name,state'), ['name', 'state']);
  assert.deepEqual(shownColumns(COLUMNS, 'id,id,state'), ['name', 'id', 'state']);
  assert.deepEqual(withColumn(COLUMNS, ['name', 'id'], 'state'), ['state', 'name', 'id']);
  assert.deepEqual(withColumn(COLUMNS, ['name'], 'id'), ['name', 'id']);
  assert.deepEqual(moveColumn(['state', 'name', 'id'], 'id', 0), ['id', 'state', 'name']);
  assert.deepEqual(moveColumn(['state', 'name', 'id'], 'state', 1), ['name', 'state', 'id']);
  assert.deepEqual(moveColumn(['state', 'name'], 'state', -1), ['state', 'name']);
  assert.deepEqual(moveColumn(['state'], 'id', 0), ['state']);
});
