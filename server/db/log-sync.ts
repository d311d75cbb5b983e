import { AsyncLocalStorage } from 'node:async_hooks';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '#engine/lib/index.ts';

type SyncedFile = Pick<FileHandle, 'datasync' | 'close'>;

const unsynced = new AsyncLocalStorage<true>();

/**
 * Runs writes that need not survive a power cut by themselves: they are on the disk with the next write that waits, as the log
 * has one order. For records of what a power cut ends anyway, and for steps before a last one that waits.
 */
export function withoutSync<T>(work: () => Promise<T>): Promise<T> {
  // Awaited within: a query of Prisma begins only then.
  return unsynced.run(true, async () => await work());
}

/**
 * Brings SQLite's write-ahead log to the disk, outside the event loop and once for everybody who waits: what
 * `synchronous = FULL` does inside each commit, on the thread that serves everything else.
 *
 * With `synchronous = NORMAL` SQLite itself syncs the log before a checkpoint and the header of a log begun anew, so that the
 * file is whole at any time; frames behind the last sync are what a power cut takes. No lock of SQLite lies on the log, so
 * that opening and closing it here takes none away.
 */
export class LogSync {
  readonly #open: () => Promise<SyncedFile>;
  #log: Promise<SyncedFile> | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** `open` is asked once, at the first sync. */
  constructor(open: () => Promise<SyncedFile>) {
    this.#open = open;
  }

  /** Resolves when everything committed before the call is on the disk. */
  flush(): Promise<void> {
    if (unsynced.getStore() === true) return Promise.resolve();
    if (this.#running === undefined) return this.#begin();
    // The sync under way may have begun before the caller's commit: the next one is for all who come meanwhile.
    this.#next ??= this.#running.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#next;
  }

  /** Whoever waits is served first. */
  async close(): Promise<void> {
    while (this.#running !== undefined) await Promise.allSettled([this.#next ?? this.#running]);
    const log = await this.#log;
    this.#log = undefined;
    await log?.close();
  }

  #begin(): Promise<void> {
    this.#next = undefined;
    const running = this.#sync().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #sync(): Promise<void> {
    this.#log ??= this.#open();
    await (await this.#log).datasync();
  }
}

/** The log of a database that has been written to. @throws Error when there is none */
export async function openLog(databaseFile: string): Promise<SyncedFile> {
  const log = await open(`${databaseFile}-wal`, 'r');
  await syncFolder(dirname(databaseFile));
  return log;
}
