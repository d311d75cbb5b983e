import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowCache } from './row-cache.ts';

interface Row {
  id: string;
  value: number;
}

function makeCache(stored: Row[]) {
  let reads = 0;
  const cache = new RowCache<Row>(
    async () => {
      reads += 1;
      return stored.map((row) => ({ ...row }));
    },
    ({ id }) => id,
  );
  return { cache, reads: () => reads };
}

test('the table is read once, and writes are seen without reading it again', async () => {
  const { cache, reads } = makeCache([{ id: 'a', value: 1 }]);
  assert.deepEqual(await Promise.all([cache.get('a'), cache.get('b'), cache.all()]), [
    { id: 'a', value: 1 },
    undefined,
    [{ id: 'a', value: 1 }],
  ]);
  await cache.insert(async () => ({ id: 'b', value: 2 }));
  await cache.write('a', async () => undefined);
  assert.deepEqual(await cache.all(), [{ id: 'b', value: 2 }]);
  assert.deepEqual(await cache.find(({ value }) => value === 2), { id: 'b', value: 2 });
  assert.equal(reads(), 1);
});

test('a row is as before until its write is done, and writes of one key follow each other', async () => {
  const { cache } = makeCache([{ id: 'a', value: 1 }]);
  const first = Promise.withResolvers<void>();
  const began: number[] = [];
  const writing = cache.write('a', async () => {
    began.push(2);
    await first.promise;
    return { id: 'a', value: 2 };
  });
  const next = cache.write('a', async () => {
    began.push(3);
    return { id: 'a', value: 3 };
  });
  await cache.write('b', async () => ({ id: 'b', value: 9 }));
  assert.equal((await cache.get('b'))?.value, 9);
  assert.equal((await cache.get('a'))?.value, 1);
  assert.deepEqual(began, [2]);
  first.resolve();
  await writing;
  await next;
  assert.equal((await cache.get('a'))?.value, 3);
});

test('after a failed write or a failed read the table is read again', async () => {
  const stored = [{ id: 'a', value: 1 }];
  const { cache, reads } = makeCache(stored);
  const failing = cache.write('a', async () => {
    stored[0] = { id: 'a', value: 2 };
    throw new Error('the answer was lost');
  });
  await assert.rejects(failing, /the answer was lost/);
  assert.equal((await cache.get('a'))?.value, 2);
  assert.equal(reads(), 2);
  let broken = true;
  const late = new RowCache<Row>(
    async () => {
      if (broken) throw new Error('locked');
      return stored;
    },
    ({ id }) => id,
  );
  await assert.rejects(late.all(), /locked/);
  broken = false;
  assert.equal((await late.all()).length, 1);
});
