import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSelection, readSelection } from './selection-words.ts';

const row = (name: string) => ({ id: `id of ${name}`, name });
const by = { idOf: ({ id }: { id: string }) => id, wordOf: ({ name }: { name: string }) => name };

test('what an address names is selected again, without what has gone', () => {
  const text = formatSelection(['web', 'gone', 'db_2']);
  assert.deepEqual(readSelection(text, [row('db_2'), row('web'), row('db')], by), new Set(['id of db_2', 'id of web']));
  assert.deepEqual(readSelection('', [row('web')], by), new Set());
});

test('more than fifty rows stand in no address', () => {
  const names = Array.from({ length: 51 }, (_, at) => `web${at}`);
  assert.equal(formatSelection(names), '');
  assert.equal(formatSelection(names.slice(1)).split(',').length, 50);
});
