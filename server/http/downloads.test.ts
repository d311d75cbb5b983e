import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { contentDisposition } from './downloads.ts';
import { openTestServer, type TestServer } from './test-server.ts';

/** The newest operation, once it is over. */
async function outcome(server: TestServer) {
  const [newest] = await server.services.operations.list();
  assert.ok(newest);
  return server.services.operations.wait(newest.id);
}

test('an archive comes whole, with a name, and is an operation in the list', async () => {
  await using server = await openTestServer();
  const { headers } = await server.enter('owner');
  const answer = await server.send('GET', '/api/containers/own-me/export', headers);
  assert.deepEqual([answer.status, answer.body], [200, 'the first part, the last part']);
  assert.equal(answer.headers['content-disposition'], `attachment; filename="own-me.tar"; filename*=UTF-8''own-me.tar`);
  assert.equal(answer.headers['content-type'], 'application/x-tar');
  const { id, kind, state, object } = await outcome(server);
  assert.deepEqual([kind, state, object?.id], ['container.export', 'succeeded', 'own-me']);
  assert.equal(answer.headers['x-operation-id'], id);
  const files = await server.send('GET', '/api/containers/own-me/archive?path=/etc/na%C3%AFve%22x', headers);
  assert.match(
    String(files.headers['content-disposition']),
    /filename="na_ve_x\.tar"; filename\*=UTF-8''na%C3%AFve%22x\.tar/,
  );
  assert.equal((await server.send('GET', '/api/containers/own-me/archive?path=etc', headers)).status, 400);
  const images = await server.send('GET', '/api/images/save?name=app', headers);
  assert.deepEqual([images.body, images.headers['content-length']], ['saved', '5']);
});

test('what fails before the first byte is an answer, what fails later breaks the connection', async () => {
  await using server = await openTestServer();
  const { headers } = await server.enter('owner');
  const refused = await server.send('GET', '/api/containers/own-refused/export', headers);
  assert.equal(refused.status, 409);
  assert.equal(refused.headers['content-disposition'], undefined);
  assert.equal(JSON.parse(refused.body).error.code, 'conflict');
  await assert.rejects(server.send('GET', '/api/containers/own-broken/export', headers));
  assert.equal((await outcome(server)).state, 'failed');
});

test('a download ends with its reader, its session, or when it is cancelled', { timeout: 30_000 }, async () => {
  for (const end of ['reader', 'session', 'operation'] as const) {
    await using server = await openTestServer();
    const { headers, sessionId } = await server.enter('owner');
    const { port } = new URL(server.url);
    const req = request({ port, host: '127.0.0.1', path: '/api/containers/own-endless/export', headers, agent: false });
    const closed = new Promise((resolve) => req.once('close', resolve));
    req.on('error', () => {});
    const id = await new Promise<string>((resolve) => {
      req.once('response', (res) => {
        res.on('error', () => {});
        res.once('data', () => resolve(String(res.headers['x-operation-id'])));
      });
      req.end();
    });
    if (end === 'reader') req.destroy();
    else if (end === 'session') await server.auth.sessions.end('me', sessionId);
    else await server.services.operations.cancel(id);
    await closed;
    assert.equal((await server.services.operations.wait(id)).state, 'cancelled', end);
    assert.ok(server.calls.includes('containers.export ended'), end);
  }
});

test('images of others are saved by nobody who may save their own only', async () => {
  await using server = await openTestServer();
  const { headers } = await server.enter('developer');
  await server.services.ownership.claim('image', 'sha256:mine', 'me');
  await server.services.ownership.claim('image', 'sha256:theirs', 'other');
  const statusOf = async (query: string) => (await server.send('GET', `/api/images/save?${query}`, headers)).status;
  assert.equal(await statusOf('name=mine'), 200);
  for (const query of ['name=theirs', 'name=mine&name=theirs', 'name=nobodys', ''])
    assert.equal(await statusOf(query), 403, query);
});

test('a file name ends neither its header nor its folder', () => {
  assert.equal(
    contentDisposition('a/../b\r\nX: y"z.tar'),
    `attachment; filename="a_.._b__X__y_z.tar"; filename*=UTF-8''a_.._b__X%3A%20y%22z.tar`,
  );
  assert.equal(
    contentDisposition('数据.tar'),
    `attachment; filename="__.tar"; filename*=UTF-8''%E6%95%B0%E6%8D%AE.tar`,
  );
  assert.equal(contentDisposition(''), `attachment; filename="download"; filename*=UTF-8''download`);
});
