import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import { openTestApi } from '../test-api.ts';

function volume(name: string, more: object = {}) {
  const createdAt = new Date('2026-01-01T00:00:00Z');
  return { name, driver: 'local', labels: {}, options: {}, mountpoint: `/v/${name}`, createdAt, usedBy: [], ...more };
}

/** One volume `data`, and a record of what was asked. */
function volumesOf(asked: unknown[]) {
  const get = async (name: string) => {
    if (name === 'data') return volume(name);
    throw new EngineError('not_found', `get ${name}: no such volume`, { reason: 'volume_not_found' });
  };
  const volumes = {
    get,
    list: async (filter: object) => {
      asked.push(filter);
      return [volume('data')];
    },
    create: async ({ signal: _, actor: __, ...request }: { name?: string; signal: AbortSignal; actor: object }) => {
      asked.push(request);
      return { ...volume('f'.repeat(64), request), ...(request.name === undefined && { name: 'f'.repeat(64) }) };
    },
    remove: async (name: string, { force }: { force: boolean }) => {
      asked.push([name, force]);
      if (!force) await get(name);
    },
    prune: async ({ signal: _, ...filter }: { signal: AbortSignal; all: boolean }) => {
      asked.push(filter);
      return { removed: ['data'], reclaimedBytes: 9 };
    },
  };
  return { volumes };
}

test('filters go to the engine and unknown ones are refused', async () => {
  const asked: unknown[] = [];
  await using api = await openTestApi({ environment: volumesOf(asked) });
  const filters = encodeURIComponent('{"dangling":{"true":true},"label":{"a=b":true},"name":{"da":true}}');
  const { body } = await api.json('GET', `/v1.51/volumes?filters=${filters}`);
  assert.deepEqual([body.Volumes[0].Name, body.Warnings], ['data', null]);
  assert.deepEqual(asked, [{ name: ['da'], label: ['a=b'], driver: undefined, dangling: true }]);
  const { status, body: refused } = await api.json('GET', '/volumes?filters={"nope":["x"]}');
  assert.deepEqual([status, refused], [400, { message: "invalid filter 'nope'" }]);
});

test('a new volume belongs to who made it, and an existing one to whom it did', async () => {
  const asked: unknown[] = [];
  const owners: Record<string, string> = { 'volume/data': 'other' };
  await using api = await openTestApi({ environment: volumesOf(asked), role: 'developer', owners });
  const made = await api.json('POST', '/volumes/create', { Name: 'mine', Labels: { a: 'b' }, DriverOpts: null });
  assert.deepEqual([made.status, made.body.Name, made.body.Labels], [201, 'mine', { a: 'b' }]);
  assert.equal((await api.json('POST', '/volumes/create', { Name: 'data' })).status, 201);
  assert.deepEqual(owners, { 'volume/data': 'other', 'volume/mine': 'me' });
  // Looked for once more before it is claimed, then made.
  assert.deepEqual(asked.slice(0, 2), [
    { name: ['mine'] },
    { name: 'mine', driver: undefined, labels: { a: 'b' }, options: {} },
  ]);
});

test('a volume may be asked for without a body', async () => {
  await using api = await openTestApi({ environment: volumesOf([]) });
  const { status, body } = await api.json('POST', '/volumes/create');
  assert.deepEqual([status, body.Name.length, body.Options], [201, 64, null]);
});

test('a folder of the host is no volume for a developer', async () => {
  const asked: unknown[] = [];
  const DriverOpts = { type: 'none', o: 'bind', device: '/etc' };
  await using api = await openTestApi({ environment: volumesOf(asked), role: 'developer' });
  assert.equal((await api.json('POST', '/volumes/create', { Name: 'etc', DriverOpts })).status, 403);
  assert.deepEqual([asked, api.audited], [[], ['volume.create allowed', 'volume.create failed']]);
});

test('removing what is not there is an error unless forced', async () => {
  const asked: unknown[] = [];
  await using api = await openTestApi({ environment: volumesOf(asked), owners: { 'volume/data': 'me' } });
  assert.deepEqual(await api.json('DELETE', '/volumes/nope'), {
    status: 404,
    body: { message: 'get nope: no such volume' },
  });
  assert.equal((await api.ask('DELETE', '/volumes/nope?force=1')).status, 204);
  assert.equal((await api.ask('DELETE', '/volumes/data')).status, 204);
  assert.deepEqual(
    [asked, api.owners],
    [
      [
        ['nope', true],
        ['data', false],
      ],
      {},
    ],
  );
});

test('prune takes named volumes only when all are meant, or from old clients', async () => {
  const asked: unknown[] = [];
  await using api = await openTestApi({ environment: volumesOf(asked) });
  const all = encodeURIComponent('{"all":{"true":true},"label!":{"keep":true}}');
  for (const path of ['/v1.51/volumes/prune', `/v1.51/volumes/prune?filters=${all}`, '/v1.41/volumes/prune']) {
    const { body } = await api.json('POST', path);
    assert.deepEqual(body, { VolumesDeleted: ['data'], SpaceReclaimed: 9 });
  }
  const actor = { id: 'me', name: 'Me', entrance: 'cli' };
  assert.deepEqual(asked, [
    { all: false, label: [], notLabel: [], actor },
    { all: true, label: [], notLabel: ['keep'], actor },
    { all: true, label: [], notLabel: [], actor },
  ]);
});
