import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#engine/lib/index.ts';
import { openRowTeller } from './tell-rows.ts';

type List = Parameters<typeof openRowTeller>[0]['list'];

const row = (id: string) => ({ id, createdAt: new Date(0) });

/** A teller over rows that are asked for, with what it tells and the ids of each read. */
function openTeller(list?: List) {
  const reads: (readonly string[])[] = [];
  const told: unknown[] = [];
  let heard = Promise.withResolvers<void>();
  const readRows = async ({ ids = [] }: { ids?: readonly string[] } = {}) => {
    reads.push(ids);
    return ids.filter((id) => id !== 'gone').map(row);
  };
  const teller = openRowTeller(
    { list: list ?? (readRows as unknown as List) },
    {
      isWanted: () => true,
      // As if something happened during each read.
      lastEvent: () => 10 + reads.length,
      tell(message) {
        told.push(message);
        heard.resolve();
      },
      log: silentLogger,
    },
  );
  return {
    ...{ teller, reads, told },
    async untilTold() {
      await heard.promise;
      heard = Promise.withResolvers<void>();
    },
  };
}

test('what happens together is read once and told with the rows as answers have them; a row that is gone is not among them', async () => {
  const { teller, reads, told, untilTold } = openTeller();
  using _teller = teller;
  for (const id of ['a', 'gone', 'a']) teller.note(id);
  await untilTold();
  assert.deepEqual(reads, [['a', 'gone']]);
  const rows = { json: [row('a')], meta: { values: { '0.createdAt': ['Date'] }, v: 1 } };
  assert.deepEqual(told, [{ ids: ['a', 'gone'], seq: 10, rows }]);
});

test('what happens while the rows are read is told after them', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const reads: unknown[] = [];
  const { teller, told, untilTold } = openTeller((async ({ ids }: { ids: readonly string[] }) => {
    reads.push(ids);
    if (reads.length === 1) {
      teller.note('b');
      await promise;
    }
    return [];
  }) as unknown as List);
  using _teller = teller;
  teller.note('a');
  setImmediate(resolve);
  await untilTold();
  if (told.length < 2) await untilTold();
  assert.deepEqual(reads, [['a'], ['b']]);
});

test('where the rows cannot be read whoever shows them is told to ask', async () => {
  const { teller, told, untilTold } = openTeller(() => Promise.reject(new Error('busy')));
  using _teller = teller;
  teller.note('a');
  await untilTold();
  assert.deepEqual(told, [{ ids: ['a'], seq: 10 }]);
});

test('nothing is read while nobody looks on', async () => {
  const asked = Promise.withResolvers<void>();
  let reads = 0;
  using teller = openRowTeller(
    {
      list: async () => {
        reads += 1;
        return [];
      },
    },
    {
      isWanted() {
        asked.resolve();
        return false;
      },
      lastEvent: () => 0,
      tell: () => assert.fail('nobody is there'),
      log: silentLogger,
    },
  );
  teller.note('a');
  await asked.promise;
  assert.equal(reads, 0);
});
