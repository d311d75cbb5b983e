import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterImages, type ImageFilter } from './image-list.ts';

const image = (id: string, references: string[], used = false) => ({
  id: `sha256:${id}`,
  references,
  usedBy: used ? ['web'] : [],
});
const IMAGES = [
  image('aa', ['nginx:1.9'], true),
  image('bb', []),
  image('cc', ['nginx:1.10', 'web:latest']),
  image('dd', [], true),
];

function ids(change: Partial<{ query: string; filter: ImageFilter }>) {
  return filterImages(IMAGES, { query: '', filter: 'all', ...change }).map(({ id }) => id.slice(7));
}

test('a dangling image has neither a name nor a container', () => {
  assert.deepEqual(ids({ filter: 'dangling' }), ['bb']);
  assert.deepEqual(ids({ filter: 'used' }), ['aa', 'dd']);
  assert.deepEqual(ids({ filter: 'unused' }).sort(), ['bb', 'cc']);
});

test('the query finds any of the names and the begin of an id', () => {
  assert.deepEqual(ids({ query: 'WEB' }), ['cc']);
  assert.deepEqual(ids({ query: 'sha256:d' }), ['dd']);
  assert.deepEqual(ids({ query: 'nothing' }), []);
});
