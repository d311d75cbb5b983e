import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import { openTestApi } from '../test-api.ts';

const ID = 'c'.repeat(64);
const IMAGE = `sha256:${'ab'.repeat(32)}`;

/** A container `web` of `me`, and a record of what was asked. */
function containersOf(asked: unknown[], more: object = {}) {
  const missing = (ref: string, path: string) => {
    const words = `Could not find the file ${path} in container ${ref}`;
    return new EngineError('not_found', words, { reason: 'path_missing' });
  };
  const containers = {
    inspect: async (ref: string) => {
      if (ref === 'web') return { id: ID, name: ref, createdBy: 'me' };
      throw new EngineError('not_found', `No such container: ${ref}`, { reason: 'container_not_found' });
    },
    statPath: async (ref: string, path: string) => {
      if (path !== '/f') throw missing(ref, path);
      const mtime = new Date('2026-01-01T00:00:00Z');
      return { name: 'f', sizeBytes: 3, mode: 0o100640, mtime, linkTarget: '' };
    },
    readArchive: async (_ref: string, path: string, sink: Writable) => {
      asked.push(path);
      sink.end('a tar');
    },
    writeArchive: async (ref: string, path: string, source: Readable, opts: Record<string, unknown>) => {
      const { noOverwriteDirNonDir, copyOwner } = opts;
      asked.push([ref, path, await text(source), noOverwriteDirNonDir, copyOwner]);
    },
    changes: async () => [
      { path: '/a', kind: 'modified' },
      { path: '/a/b', kind: 'added' },
      { path: '/c', kind: 'deleted' },
    ],
    commit: async (id: string, { actor: _a, signal: _s, beforeReplace, ...opts }: Record<string, unknown>) => {
      assert.equal(typeof beforeReplace, 'function');
      asked.push([id, opts]);
      return { id: IMAGE };
    },
    ...more,
  };
  return { containers };
}

const statOf = (header: unknown) => JSON.parse(Buffer.from(String(header), 'base64').toString('utf8'));

test('what is at a path is told in a header, with and without its archive', async () => {
  const asked: unknown[] = [];
  await using api = await openTestApi({ environment: containersOf(asked), role: 'developer' });
  const head = await api.ask('HEAD', '/v1.51/containers/web/archive?path=/f');
  const expected = { name: 'f', size: 3, mode: 0o640, mtime: '2026-01-01T00:00:00Z', linkTarget: '' };
  assert.deepEqual([head.status, statOf(head.headers['x-docker-container-path-stat'])], [200, expected]);
  const { headers, text: body } = await api.ask('GET', '/containers/web/archive?path=/f');
  assert.deepEqual([headers['content-type'], body, asked], ['application/x-tar', 'a tar', ['/f']]);
  assert.deepEqual(statOf(headers['x-docker-container-path-stat']), expected);
});

test('a missing path is not found, and none at all is a bad request', async () => {
  await using api = await openTestApi({ environment: containersOf([]) });
  const words = 'Could not find the file /nope in container web';
  assert.deepEqual(await api.json('GET', '/containers/web/archive?path=/nope'), {
    status: 404,
    body: { message: words },
  });
  assert.equal((await api.ask('HEAD', '/containers/web/archive?path=/nope')).status, 404);
  assert.equal((await api.ask('GET', '/containers/web/archive')).status, 400);
});

test('an archive is put into a folder with what was wished for', async () => {
  const asked: unknown[] = [];
  await using api = await openTestApi({ environment: containersOf(asked) });
  const query = 'path=%2Ftmp&noOverwriteDirNonDir=true&copyUIDGID=1';
  assert.equal((await api.ask('PUT', `/containers/web/archive?${query}`, { body: 'tar' })).status, 200);
  assert.deepEqual([asked, api.audited], [[['web', '/tmp', 'tar', true, true]], ['container.files-write allowed']]);
});

test('an error before the first byte is an ordinary answer, a later one breaks the connection', async () => {
  const failing = (head: string) => async (_ref: string, sink: Writable) => {
    const error = new EngineError('resource_exhausted', 'The disk is full');
    if (head !== '') {
      sink.write(head);
      await once(sink, 'resume');
    }
    sink.destroy(error);
    throw error;
  };
  {
    await using api = await openTestApi({ environment: containersOf([], { export: failing('') }) });
    const { body } = await api.json('GET', '/containers/web/export');
    assert.deepEqual(body, { message: 'The disk is full' });
  }
  await using api = await openTestApi({ environment: containersOf([], { export: failing('some bytes') }) });
  await assert.rejects(api.ask('GET', '/containers/web/export'), { code: 'ECONNRESET' });
});

test('changes have numbers, and none are null', async () => {
  await using api = await openTestApi({ environment: containersOf([]) });
  assert.deepEqual((await api.json('GET', '/containers/web/changes')).body, [
    { Path: '/a', Kind: 0 },
    { Path: '/a/b', Kind: 1 },
    { Path: '/c', Kind: 2 },
  ]);
  await using idle = await openTestApi({ environment: containersOf([], { changes: async () => [] }) });
  assert.deepEqual((await idle.json('GET', '/containers/web/changes')).body, null);
});

test('a commit has a name, changes and a pause, and belongs to who made it', async () => {
  const asked: unknown[] = [];
  await using api = await openTestApi({ environment: containersOf(asked), role: 'developer' });
  const query = 'container=web&repo=docker.io/library/cm&tag=1&author=me&comment=why&changes=ENV%20Z%3D9&pause=0';
  const { status, body } = await api.json('POST', `/commit?${query}`, { Cmd: ['x'] });
  assert.deepEqual([status, body], [201, { Id: IMAGE }]);
  const changes = ['CMD ["x"]', 'ENV Z=9'];
  assert.deepEqual(asked, [[ID, { reference: 'cm:1', changes, author: 'me', message: 'why', pause: false }]]);
  assert.deepEqual([api.owners, api.audited], [{ [`image/${IMAGE}`]: 'me' }, ['container.commit allowed']]);
  assert.equal((await api.ask('POST', '/commit?container=nope')).status, 404);
});

test('an operator neither reads files of others nor takes containers away', async () => {
  const environment = containersOf([], { inspect: async () => ({ id: ID, name: 'web', createdBy: 'other' }) });
  await using api = await openTestApi({ environment, role: 'operator' });
  for (const [method, path] of [
    ['GET', '/containers/web/archive?path=/f'],
    ['PUT', '/containers/web/archive?path=/'],
    ['GET', '/containers/web/changes'],
    ['GET', '/containers/web/export'],
    ['POST', '/commit?container=web'],
  ] as const) {
    assert.equal((await api.ask(method, path)).status, 403, path);
  }
});
