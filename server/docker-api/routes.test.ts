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

test('only deeds without an effect before another record leave it to that to bring their audit row to the disk', () => {
  const routes = DOCKER_ROUTES.filter(({ auditTakenAlong }) => auditTakenAlong);
  assert.deepEqual(
    routes.map(({ method, pattern }) => `${method} ${pattern}`),
    ['POST /containers/create', 'POST /containers/{id}/exec', 'DELETE /containers/{id}'],
  );
});
