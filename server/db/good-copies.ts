import { existsSync, readdirSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Logger, syncFolder } from '#engine/lib/index.ts';
import { copyDatabase, makeOneFile } from './copy-database.ts';

const EVERY_MS = 10 * 60_000;
const KEPT = 2;

interface GoodCopy {
  file: string;
  takenAt: Date;
}

const prefixOf = (file: string) => `${basename(file)}.copy-`;

/** Copies of a database that was whole, the oldest first. */
export function findCopies(file: string): GoodCopy[] {
  const folder = dirname(file);
  if (!existsSync(folder)) return [];
  const prefix = prefixOf(file);
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .sort()
    .map((name) => ({ file: join(folder, name), takenAt: new Date(Number(name.slice(prefix.length))) }));
}

/** Copies what is open and was found whole when it was opened, now and every ten minutes in which it changed. */
export function keepCopies(file: string, log: Logger): AsyncDisposable {
  let running = Promise.resolve();
  const copy = (): void => {
    running = running
      .then(() => takeCopy(file))
      .catch((err: unknown) => log.warn({ err }, 'the records could not be copied; tried again later'));
  };
  copy();
  const timer = setInterval(copy, EVERY_MS);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running;
    },
  };
}

/** Under its name when it is whole, so that a copy that was cut off is none. */
export async function takeCopy(file: string): Promise<void> {
  const newest = findCopies(file).at(-1);
  const changedAt = Math.max(
    ...[file, `${file}-wal`].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0),
  );
  if (newest !== undefined && newest.takenAt.getTime() > changedAt) return;
  // A clock that was set back must not make the newest copy an old one.
  const takenAt = Math.max(Date.now(), (newest?.takenAt.getTime() ?? 0) + 1);
  const partial = `${file}.copying`;
  try {
    await rm(partial, { force: true });
    await copyDatabase(file, partial);
    makeOneFile(partial);
    await rename(partial, join(dirname(file), `${prefixOf(file)}${takenAt}`));
  } finally {
    await rm(partial, { force: true });
  }
  await syncFolder(dirname(file));
  for (const old of findCopies(file).slice(0, -KEPT)) await rm(old.file, { force: true });
}
