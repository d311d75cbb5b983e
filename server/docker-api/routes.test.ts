import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DOCKER_ROUTES } from './routes.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/docker-api.md'), 'utf8');

test('the documentation names every endpoint there is, and no other', () => {
  const told = [...page.matchAll(/`((?:GET|HEAD|POST|PUT|DELETE) \/[^`]*)`/g)].map(([, name]) => name);
  const there = new Set(DOCKER_ROUTES.map(({ method, pattern }) => `${method} ${pattern.replaceAll('*', '')}`));
  assert.deepEqual([...new Set(told)].toSorted(), [...there].toSorted());
});

test('only deeds that begin with a record of their own leave it to that to bring their audit row to the disk', () => {
  const routes = DOCKER_ROUTES.filter(({ recordsFirst }) => recordsFirst);
  assert.deepEqual(
    routes.map(({ method, pattern }) => `${method} ${pattern}`),
    ['POST /containers/create', 'DELETE /containers/{id}'],
  );
});
