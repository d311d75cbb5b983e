import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '#engine/lib/index.ts';
import { type Db, openDatabase } from './open-database.ts';

/** A fresh, migrated database in a folder of its own, for tests; disposing it removes the folder. */
export async function openTestDatabase(): Promise<AsyncDisposable & { db: Db; file: string; folder: string }> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'davit-db-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'davit.db');
  const { db } = opening.use(await openDatabase({ file, log: silentLogger }));
  const owned = opening.move();
  return { db, file, folder, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
