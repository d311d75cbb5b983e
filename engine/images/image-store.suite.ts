import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChainId, digestOf } from '../oci/index.ts';
import type { ImageRecord, ImageStore } from './image-service.ts';

const now = new Date('2026-01-02T03:04:05.678Z');

function image(name: string): ImageRecord {
  return {
    id: digestOf(name),
    manifestDigest: digestOf(`manifest of ${name}`),
    layers: [{ digest: digestOf('blob'), sizeBytes: 2 ** 40, mediaType: 'm', diffId: digestOf('d'), unpackedBytes: 5 }],
    platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
    chainId: digestOf('d') as string as ChainId,
    config: {
      os: 'linux',
      architecture: 'arm64',
      rootfs: { type: 'layers', diff_ids: [digestOf('d')] },
      config: { Env: ['A=ü'] },
      history: [{ created_by: 'x', empty_layer: true }],
    },
    sizeBytes: 2 ** 40,
    source: 'loaded',
    createdAt: new Date(0),
    addedAt: now,
  };
}

/** What every ImageStore has to do; `make` gives an empty one. */
export function imageStoreSuite(name: string, make: () => ImageStore | Promise<ImageStore>): void {
  const withStore = (title: string, body: (store: ImageStore) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => body(await make()));
  };

  withStore('returns what was saved, and replaces it', async (store) => {
    await store.save(image('a'), []);
    assert.deepEqual(await store.get(digestOf('a')), image('a'));
    const changed = { ...image('a'), chainId: undefined, layers: [], source: 'pulled' as const };
    await store.save(changed, []);
    assert.deepEqual(await store.list(), [changed]);
    assert.equal(await store.get(digestOf('b')), undefined);
  });

  withStore('moves a tag to the image saved last', async (store) => {
    await store.save(image('a'), ['r.io/x:1', 'r.io/x:2']);
    await store.save(image('b'), ['r.io/x:1']);
    assert.deepEqual(await store.getTag('r.io/x:1'), { reference: 'r.io/x:1', imageId: digestOf('b'), updatedAt: now });
    assert.equal((await store.getTag('r.io/x:2'))?.imageId, digestOf('a'));
    await store.setTag('r.io/x:2', digestOf('b'), new Date(5));
    assert.deepEqual(
      (await store.listTags()).map((tag) => tag.imageId),
      [digestOf('b'), digestOf('b')],
    );
    assert.equal(await store.deleteTag('r.io/x:2'), true);
    assert.equal(await store.deleteTag('r.io/x:2'), false);
    assert.equal(await store.getTag('r.io/x:2'), undefined);
  });

  withStore('keeps the platforms of a name until it is given again', async (store) => {
    await store.save(image('a'), []);
    await store.save(image('b'), ['r.io/x:1']);
    const variants = { indexDigest: digestOf('index'), imageIds: [digestOf('b'), digestOf('a')] };
    await store.setTag('r.io/x:1', digestOf('b'), now, variants);
    assert.deepEqual((await store.getTag('r.io/x:1'))?.variants, variants);
    await store.setTag('r.io/x:1', digestOf('a'), now);
    assert.equal((await store.listTags())[0]?.variants, undefined);
    await store.setTag('r.io/x:1', digestOf('b'), now, variants);
    await store.save(image('b'), ['r.io/x:1']);
    assert.equal((await store.getTag('r.io/x:1'))?.variants, undefined);
  });

  withStore('deletes an image with its tags', async (store) => {
    await store.save(image('a'), ['r.io/x:1']);
    await store.delete(digestOf('a'));
    await store.delete(digestOf('a'));
    assert.deepEqual([await store.list(), await store.listTags()], [[], []]);
    await assert.rejects(store.setTag('r.io/x:1', digestOf('a'), now), { code: 'not_found' });
  });

  withStore('knows what was committed on top of an image', async (store) => {
    await store.save(image('a'), []);
    const child = { ...image('b'), source: 'committed' as const, parent: digestOf('a') };
    await store.save(child, []);
    await store.save({ ...image('c'), parent: digestOf('b') }, []);
    assert.deepEqual(await store.get(digestOf('b')), child);
    assert.deepEqual(await store.childrenOf(digestOf('a')), [digestOf('b')]);
    await store.delete(digestOf('b'));
    assert.deepEqual(await store.childrenOf(digestOf('a')), []);
    // The one below may be loaded again.
    assert.deepEqual((await store.get(digestOf('c')))?.parent, digestOf('b'));
  });

  withStore('finds at most two ids by prefix', async (store) => {
    for (const each of ['a', 'b', 'c']) await store.save(image(each), []);
    assert.equal((await store.findByPrefix('')).length, 2);
    assert.deepEqual(await store.findByPrefix(digestOf('b').slice(7, 19)), [digestOf('b')]);
    assert.deepEqual(await store.findByPrefix('f'.repeat(64)), []);
  });
}
