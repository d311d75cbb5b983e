import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestDatabase } from '../db/test-database.ts';
import { createOwnership } from './ownership.ts';

test('the first claim holds until the object is gone', async () => {
  await using scratch = await openTestDatabase();
  const ownership = createOwnership(scratch.db, { environmentId: 'local', clock: () => new Date(0) });
  await ownership.claim('volume', 'data', 'ann');
  await ownership.claim('volume', 'data', 'bob');
  assert.equal(await ownership.ownerOf('volume', 'data'), 'ann');
  assert.equal(await ownership.ownerOf('network', 'data'), undefined);
  assert.deepEqual(await ownership.ownersOf('volume'), new Map([['data', 'ann']]));
  await ownership.release('volume', 'data');
  await ownership.claim('volume', 'data', 'bob');
  assert.equal(await ownership.ownerOf('volume', 'data'), 'bob');
});
