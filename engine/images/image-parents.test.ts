import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitOn, makeBench, stream } from '../testing/archived-images.ts';
import type { RemovedItem } from './image-service.ts';

test('what an image was committed on stays until the last that was goes, and then goes with it', async () => {
  await using t = await makeBench();
  const base = await t.images.import({ source: stream('x'), reference: 'base' });
  const mid = await commitOn(t, base.id, 'mid');
  const top = await commitOn(t, mid.id, 'top');
  const side = await commitOn(t, base.id, 'side');
  assert.deepEqual([base.parent, mid.parent, top.parent, side.parent], [undefined, base.id, mid.id, base.id]);
  const refused = {
    code: 'in_use',
    message: /^conflict: unable to delete \w{12} \(cannot be forced\) - image has dependent/,
  };
  for (const force of [false, true]) await assert.rejects(t.images.remove(base.id, { force }), refused);
  for (const name of ['base', 'mid']) assert.deepEqual(await t.images.remove(name), [{ untagged: `${name}:latest` }]);
  const { ancestors } = await t.images.inspect('top');
  assert.deepEqual(
    ancestors,
    [mid, base].map(({ id }) => ({ id, references: [] })),
  );

  const takesParent = async () => true;
  const deletedOf = (items: RemovedItem[]) => items.flatMap((item) => ('deleted' in item ? [item.deleted] : []));
  const first = deletedOf(await t.images.remove('top', { takesParent }));
  assert.deepEqual([first.includes(mid.id), first.includes(base.id)], [true, false]);
  assert.ok(deletedOf(await t.images.remove('side', { takesParent })).includes(base.id));
  assert.deepEqual(await t.count(), { blobs: 0, layers: 0 });
});

test('what an image was committed on stays where nobody may take it along, and prune takes both', async () => {
  await using t = await makeBench();
  const base = await t.images.import({ source: stream('x') });
  await commitOn(t, base.id, 'one');
  await t.images.remove('one', { takesParent: async () => false });
  await commitOn(t, base.id, 'two');
  await t.images.remove('two');
  assert.deepEqual(
    (await t.images.list()).map(({ id }) => id),
    [base.id],
  );
  await commitOn(t, base.id);
  assert.equal((await t.images.prune()).removed.filter((item) => 'deleted' in item).length, 4);
  assert.deepEqual(await t.count(), { blobs: 0, layers: 0 });
});
