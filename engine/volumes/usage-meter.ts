import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../errors/index.ts';
import { type Clock, KeyedLock } from '../lib/index.ts';
import type { VolumeUsage } from './volume-service.ts';

const WORKER = new URL('./usage-worker.ts', import.meta.url);
const MAX_AGE_MS = 60_000;

interface FolderUsage {
  sizeBytes: number;
  inodes: number;
}

type Answer = { usage: FolderUsage } | { failure: string };

/** Sizes of folders, measured by a thread that lives as long as there is something to measure, and remembered for a while. */
export class UsageMeter {
  readonly #clock: Clock;
  readonly #known = new Map<string, VolumeUsage>();
  readonly #locks = new KeyedLock();
  /** What is being measured, until it is forgotten: then it may be of a volume that is gone. */
  #measuring: string | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What was measured last, however old. */
  known(name: string): VolumeUsage | undefined {
    return this.#known.get(name);
  }

  forget(name: string): void {
    this.#known.delete(name);
    if (this.#measuring === name) this.#measuring = undefined;
  }

  /** @throws EngineError `internal` when the folder cannot be read */
  async measure(name: string, folder: string, opts: { maxAgeMs?: number | undefined } = {}): Promise<VolumeUsage> {
    const maxAgeMs = opts.maxAgeMs ?? MAX_AGE_MS;
    // One at a time: whoever waits for the same volume finds it measured.
    using _turn = await this.#locks.acquire('turn');
    const known = this.#known.get(name);
    const measuredAt = this.#clock();
    const ageMs = measuredAt.getTime() - (known?.measuredAt.getTime() ?? 0);
    // Below nothing when the clock was set back meanwhile: who knows how old it is.
    if (known !== undefined && ageMs >= 0 && ageMs < maxAgeMs) return known;
    this.#measuring = name;
    const usage = { ...(await measureFolder(folder)), measuredAt };
    if (this.#measuring === name) this.#known.set(name, usage);
    return usage;
  }
}

async function measureFolder(folder: string): Promise<FolderUsage> {
  const [usage = { sizeBytes: 0, inodes: 0 }] = await measureFolders([folder]);
  return usage;
}

/** One after the other, by a thread of their own. @throws EngineError `internal` when one cannot be read */
export async function measureFolders(folders: readonly string[], signal?: AbortSignal): Promise<FolderUsage[]> {
  if (folders.length === 0) return [];
  const worker = new Worker(WORKER, { name: 'usage' });
  try {
    const found: FolderUsage[] = [];
    for (const folder of folders) {
      const answered = once(worker, 'message', { signal });
      worker.postMessage(folder);
      const [answer] = (await answered) as [Answer];
      if ('failure' in answer) {
        const message = `The folder cannot be measured (${answer.failure})`;
        throw new EngineError('internal', message, { reason: 'usage', folder });
      }
      found.push(answer.usage);
    }
    return found;
  } finally {
    await worker.terminate();
  }
}
