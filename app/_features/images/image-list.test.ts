import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrangeImages, type ImageColumn, type ImageFilter } from './image-list.ts';

const image = (id: string, references: string[], sizeBytes: number, used = false) => ({
  id: `sha256:${id}`,
  references,
  sizeBytes,
  uniqueBytes: sizeBytes / 2,
  createdAt: new Date(sizeBytes),
  usedBy: used ? ['web'] : [],
});
const IMAGES = [
  image('aa', ['nginx:1.9'], 30, true),
  image('bb', [], 10),
  image('cc', ['nginx:1.10', 'web:latest'], 20),
  image('dd', [], 40, true),
];

function ids(change: Partial<{ query: string; filter: ImageFilter; column: ImageColumn; descending: boolean }>) {
  const asked = { query: '', filter: 'all', column: 'name', descending: false, ...change } as const;
  return arrangeImages(IMAGES, asked).map(({ id }) => id.slice(7));
}

test('names sort naturally and images without one come last both ways', () => {
  assert.deepEqual(ids({}).slice(0, 2), ['aa', 'cc']);
  assert.deepEqual(ids({ descending: true }).slice(0, 2), ['cc', 'aa']);
  assert.deepEqual(ids({ column: 'size' }), ['bb', 'cc', 'aa', 'dd']);
  assert.deepEqual(ids({ column: 'created', descending: true }), ['dd', 'aa', 'cc', 'bb']);
});

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
