// What a developer may do to images through this API: to their own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestApi } from '../test-api.ts';
import { ID, imagesOf, OTHER } from './test-images.ts';

test('a developer removes what is theirs and nothing else', async () => {
  const asked: unknown[] = [];
  await using api = await openTestApi({ environment: imagesOf(asked), role: 'developer' });
  assert.equal((await api.ask('DELETE', '/images/app:1')).status, 403);
  assert.deepEqual([asked, api.audited], [[], ['image.remove denied']]);
});

test('a developer prunes their own images only', async () => {
  const asked: unknown[] = [];
  const prune = async ({ only }: { only?: string[] }) => {
    asked.push(only);
    return { removed: [], freedBytes: 0 };
  };
  const owners = { [`image/${ID}`]: 'me', [`image/${OTHER}`]: 'somebody', 'volume/v1': 'me' };
  await using api = await openTestApi({ environment: imagesOf([], { prune }), role: 'developer', owners });
  assert.equal((await api.ask('POST', '/images/prune')).status, 200);
  assert.deepEqual(asked, [[ID]]);
});

test('a developer names their own images only, and takes no name from the image of somebody else', async () => {
  type Guarded = { beforeReplace(image: string): Promise<void> };
  const asked: string[] = [];
  const tag = async (_name: string, reference: string, { beforeReplace }: Guarded) => {
    asked.push(reference);
    await beforeReplace(reference === 'own:1' ? ID : OTHER);
  };
  const replacing = async ({ beforeReplace }: Guarded) => beforeReplace(OTHER);
  const environment = imagesOf([], { tag, import: replacing, load: replacing });
  const owners = { [`image/${ID}`]: 'me', [`image/${OTHER}`]: 'somebody' };
  await using api = await openTestApi({ environment, role: 'developer', owners });
  const statusOf = async (path: string) => (await api.ask('POST', path)).status;
  assert.equal(await statusOf(`/images/${ID}/tag?repo=own&tag=1`), 201);
  assert.equal(await statusOf(`/images/${ID}/tag?repo=theirs&tag=1`), 403);
  assert.equal(await statusOf(`/images/${OTHER}/tag?repo=free&tag=1`), 403);
  assert.deepEqual(asked, ['own:1', 'theirs:1']);
  for (const path of ['/images/create?fromSrc=-&repo=theirs&tag=1', '/images/load']) {
    assert.match((await api.ask('POST', path, { body: 'a tar' })).text, /needs the permission image:tag/, path);
  }
});
