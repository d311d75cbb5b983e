import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRoutes, type DockerRoute, matchRoute } from './route.ts';
import { DOCKER_ROUTES } from './routes.ts';

const route = (part: Partial<DockerRoute>): DockerRoute => ({
  method: 'POST',
  pattern: '/things/{id}',
  permission: 'container:start',
  audit: 'thing.change',
  handle: () => Promise.resolve(),
  ...part,
});

test('every endpoint is guarded', () => {
  assert.ok(compileRoutes(DOCKER_ROUTES).length > 20);
});

test('a route without a permission or an audit name does not start the server', () => {
  assert.throws(
    () => compileRoutes([route({ permission: 'thing:fly' as DockerRoute['permission'] })]),
    /no permission/,
  );
  assert.throws(() => compileRoutes([route({ audit: null })]), /without an audit name/);
  assert.throws(() => compileRoutes([route({}), route({})]), /twice/);
});

test('parts of a path are decoded; only a star catches slashes', () => {
  const table = compileRoutes([
    route({ method: 'GET', pattern: '/images/{name*}/json' }),
    route({ method: 'GET', pattern: '/a.b/{id}' }),
  ]);
  const image = matchRoute(table, 'GET', '/images/reg.local:5000/team/app/json', 51);
  assert.deepEqual(image?.params, { name: 'reg.local:5000/team/app' });
  assert.deepEqual(matchRoute(table, 'GET', '/a.b/x%2Fy', 51)?.params, { id: 'x/y' });
  for (const path of ['/aXb/x', '/a.b/x/y', '/a.b/', '/a.b/%zz'])
    assert.equal(matchRoute(table, 'GET', path, 51), undefined);
  assert.equal(matchRoute(table, 'PUT', '/a.b/x', 51), undefined);
});

test('an endpoint is not there before its version', () => {
  const table = compileRoutes([route({ method: 'GET', pattern: '/new', since: '1.44' })]);
  assert.equal(matchRoute(table, 'GET', '/new', 43), undefined);
  assert.ok(matchRoute(table, 'GET', '/new', 44));
});
