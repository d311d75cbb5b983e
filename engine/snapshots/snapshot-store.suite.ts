import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChainId, type DiffId, digestOf } from '../oci/index.ts';
import type { Snapshot, SnapshotStore } from './snapshotter.ts';

const chain = digestOf('chain') as string as ChainId;
const diff = digestOf('diff') as string as DiffId;

function row(change: Partial<Snapshot> = {}): Omit<Snapshot, 'key'> {
  return {
    kind: 'committed',
    state: 'preparing',
    parent: undefined,
    chainId: undefined,
    diffId: undefined,
    owner: undefined,
    sizeBytes: 0,
    createdAt: new Date('2026-01-02T03:04:05.678Z'),
    ...change,
  };
}

/** What every SnapshotStore has to do; `make` gives an empty one. */
export function snapshotStoreSuite(name: string, make: () => SnapshotStore | Promise<SnapshotStore>): void {
  const withStore = (title: string, body: (store: SnapshotStore) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => body(await make()));
  };

  withStore('gives each row a key of its own and returns what was stored', async (store) => {
    const first = await store.insert(row());
    const second = await store.insert(row({ parent: first.key, kind: 'active', owner: 'c1' }));
    assert.notEqual(first.key, second.key);
    assert.deepEqual(await store.get(first.key), { ...row(), key: first.key });
    assert.deepEqual(await store.findByOwner('c1'), second);
    assert.equal(await store.findByOwner('c2'), undefined);
    assert.equal((await store.list()).length, 2);
  });

  withStore('never gives the key of a deleted row again', async (store) => {
    const { key } = await store.insert(row());
    await store.delete(key);
    assert.notEqual((await store.insert(row())).key, key);
    assert.equal(await store.get(key), undefined);
  });

  withStore('finds a layer by chain after it is named, and large sizes survive', async (store) => {
    const { key } = await store.insert(row());
    assert.equal(await store.findByChainId(chain), undefined);
    await store.update(key, { state: 'ready', chainId: chain, diffId: diff, sizeBytes: 2 ** 40 });
    assert.deepEqual(await store.findByChainId(chain), {
      ...row({ state: 'ready', chainId: chain, diffId: diff, sizeBytes: 2 ** 40 }),
      key,
    });
    await store.update(key, { chainId: undefined });
    assert.equal(await store.findByChainId(chain), undefined);
  });

  withStore('refuses two rows of one chain or one owner, and updates of nothing', async (store) => {
    await store.insert(row({ chainId: chain, owner: 'c1' }));
    await assert.rejects(store.insert(row({ chainId: chain })), { code: 'already_exists' });
    await assert.rejects(store.insert(row({ owner: 'c1' })), { code: 'already_exists' });
    await assert.rejects(store.update(99_999, { sizeBytes: 1 }), { code: 'not_found' });
    await store.delete(99_999);
  });
}
