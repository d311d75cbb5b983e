import assert from 'node:assert/strict';
import { test } from 'node:test';
import { can, ROLES } from '#server/access/index.ts';
import { assertRoutesGuarded, ROUTES, type Route } from './routes.ts';
import { openTestServer } from './test-server.ts';

const rowsOf = async (server: Awaited<ReturnType<typeof openTestServer>>) =>
  (await server.services.audit.list()).map(({ action, result }) => `${action} ${result}`).reverse();

test('a route without permission, or that changes something unwritten, does not start', () => {
  assertRoutesGuarded(ROUTES);
  const [upload] = ROUTES;
  assert.ok(upload?.method === 'POST');
  const broken = (change: object) => [{ ...upload, ...change } as Route];
  assert.throws(() => assertRoutesGuarded(broken({ permission: undefined })), /has no permission/);
  assert.throws(() => assertRoutesGuarded(broken({ permission: 'image:eat' })), /has no permission/);
  assert.throws(() => assertRoutesGuarded(broken({ audit: null })), /without an audit name/);
});

for (const route of ROUTES) {
  const { method, permission, audit } = route;
  // The example names the container c1; here containers are called after who made them.
  const paths = ['own-me', 'own-other'].map((name) => ({ name, path: route.example.replace('c1', name) }));

  test(`${method} ${route.example}: nobody gets nothing, and the engine hears nothing`, async () => {
    await using server = await openTestServer();
    for (const { path } of paths) assert.equal((await server.send(method, path)).status, 401);
    assert.deepEqual(server.calls, []);
  });

  for (const role of ROLES) {
    test(`${method} ${route.example}: ${role}`, async () => {
      await using server = await openTestServer();
      const { headers } = await server.enter(role);
      for (const { name, path } of paths) {
        server.calls.length = 0;
        const before = (await rowsOf(server)).length;
        const resource = path === route.example ? undefined : { createdBy: name.replace('own-', '') };
        const allowed = can({ id: 'me', name: 'me', role }, permission, resource);
        // A form's type is refused only behind the gates: nothing is begun by asking.
        const type = method === 'POST' ? 'text/plain' : 'application/json';
        const { status } = await server.send(method, `${path}`, {
          ...headers,
          'content-type': type,
        });
        assert.equal(status === 403, !allowed, `answered ${status}`);
        if (!allowed)
          assert.deepEqual(
            server.calls.filter((call) => call !== 'containers.inspect'),
            [],
          );
        const failed = method === 'POST' ? [`${audit} failed`] : [];
        const expected = allowed ? [`${audit} allowed`, ...failed] : [`${audit} denied`];
        assert.deepEqual((await rowsOf(server)).slice(before), audit === null ? [] : expected);
      }
    });
  }
}

for (const { method, example } of ROUTES) {
  test(`${method} ${example} refuses a field of the query that it does not know`, async () => {
    await using server = await openTestServer();
    const { headers } = await server.enter('owner');
    const path = `${example.replace('c1', 'own-me')}?environmentId=local&misspelt=1&misspelt=2`;
    const { status, body } = await server.send(method, path, { ...headers, 'content-type': 'application/x-tar' });
    assert.equal(status, 400, body);
    const { reason, params } = JSON.parse(body).error;
    assert.deepEqual([reason, params.field, params.fields.length], ['unknown_field', 'misspelt', 1]);
    assert.deepEqual(await rowsOf(server), []);
  });
}

test('what tells no secret is open to everybody and asks the engine nothing', async () => {
  await using server = await openTestServer();
  for (const path of ['/healthz', '/readyz', '/', '/_next/static/x.js']) {
    assert.equal((await server.send('GET', path)).status, 200, path);
  }
  assert.deepEqual(server.calls, []);
});

test('what has no route has no handler, whatever the method', async () => {
  await using server = await openTestServer();
  const { headers } = await server.enter('viewer');
  const requests = [
    ['GET', '/api/'],
    ['GET', '/api/containers'],
    ['GET', '/api/containers/a%2fb/log'],
    ['GET', '/api/uploads/images/import'],
    ['POST', '/api/uploads/images/export'],
    ['POST', '/'],
    ['PUT', '/images'],
    ['DELETE', '/api/containers/own-me/log'],
    ['TRACE', '/healthz'],
    ['PATCH', '/_next/static/x.js'],
  ];
  for (const [method = '', path = ''] of requests) {
    assert.equal((await server.send(method, path, headers)).status, 404, `${method} ${path}`);
  }
  assert.deepEqual(server.calls, []);
});

test('every answer refuses framing and guessing of types, and other policies than ours', async () => {
  await using server = await openTestServer();
  const { headers } = await server.enter('owner');
  const answers = [
    await server.send('GET', '/'),
    await server.send('GET', '/healthz'),
    await server.send('GET', '/api/nothing'),
    await server.send('GET', '/', { host: 'evil.example' }),
    await server.send('POST', '/api/trpc/session.signOut', { origin: 'http://evil.example' }),
    await server.send('GET', '/api/containers/own-me/log', headers),
    await server.send('GET', '/api/containers/nothing/log', headers),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 404, 421, 403, 200, 404],
  );
  for (const { headers: seen } of answers) {
    assert.equal(seen['x-content-type-options'], 'nosniff');
    assert.equal(seen['x-frame-options'], 'DENY');
    assert.equal(seen['referrer-policy'], 'no-referrer');
    assert.match(String(seen['content-security-policy']), /frame-ancestors 'none'/);
    assert.doesNotMatch(String(seen['content-security-policy']), /script-src[^;]*unsafe-inline/);
    assert.ok(seen['x-request-id'] !== '');
  }
  assert.match(String(answers[5]?.headers['content-security-policy']), /sandbox/);
});

test('a request of another site is refused by each of its signs', async () => {
  await using server = await openTestServer();
  const { headers } = await server.enter('owner');
  const post = (change: Record<string, string | undefined>) => {
    const all = Object.entries({ 'content-type': 'application/json', ...headers, ...change });
    const given = all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
    return server.send('POST', '/api/trpc/session.signOut', Object.fromEntries(given), '{"json":{}}');
  };
  const foreign = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: undefined },
    { origin: `${server.url}.evil.example` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ];
  for (const change of foreign) assert.equal((await post(change)).status, 403, JSON.stringify(change));
  assert.equal((await server.auth.sessions.list('me')).length, 1);
  const out = await post({ 'sec-fetch-site': 'same-origin' });
  assert.equal(out.status, 200);
  assert.equal(out.headers['clear-site-data'], '"storage"');
  assert.equal((await server.auth.sessions.list('me')).length, 0);
});

test('a second setup finds nothing, and wrong codes are answered alike until they are slowed down', async () => {
  await using server = await openTestServer();
  const { code } = await server.auth.issueSetupCode();
  const setup = async (typed: string) => {
    const body = JSON.stringify({ json: { code: typed, name: 'ann', password: 'a long enough passphrase' } });
    return server.send('POST', '/api/trpc/session.setup', { 'content-type': 'application/json' }, body);
  };
  const wrong = [await setup('aaaa'), await setup(`${code}a`), await setup('aaaa')];
  const told = wrong.map(({ status, body }) => [status, body.replace(/"requestId":"[^"]*"/, '')]);
  assert.equal(told[0]?.[0], 401);
  assert.deepEqual(told[1], told[0]);
  assert.deepEqual(told[2], told[0]);
  assert.equal((await setup(code)).status, 200);
  assert.equal((await setup(code)).status, 404);
  assert.equal((await setup('aaaa')).status, 404);
  let last = await setup('aaaa');
  for (let i = 0; i < 8 && last.status !== 429; i += 1) last = await setup('aaaa');
  assert.equal(last.status, 429);
  assert.ok(Number(last.headers['retry-after']) >= 1);
});
