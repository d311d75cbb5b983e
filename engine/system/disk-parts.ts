import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../errors/index.ts';
import type { Clock, Logger } from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import type { Snapshotter } from '../snapshots/index.ts';
import { measureFolders } from '../volumes/index.ts';

/** What containers have written: into their own layers, and as logs. */
export interface DiskParts {
  containerBytes: number;
  logBytes: number;
  measuredAt: Date;
}

interface DiskPartsDeps {
  containers: { list(filter: { all: true }): Promise<readonly { id: string }[]> };
  snapshots: Pick<Snapshotter, 'upperDir'>;
  paths: Pick<EnginePaths, 'container'>;
  clock: Clock;
  log: Logger;
}

/** Walking all that containers have written takes its time: once for all who ask within it. */
const MAX_AGE_MS = 600_000;

/** Measured in the background while somebody asks; who asks is told what was found last. Disposing it ends the measuring. */
export class DiskPartsMeter implements AsyncDisposable {
  readonly #deps: DiskPartsDeps;
  readonly #ended = new AbortController();
  #known: DiskParts | undefined;
  #measuring: Promise<void> | undefined;

  constructor(deps: DiskPartsDeps) {
    this.#deps = deps;
  }

  /** Undefined before it was measured for the first time. */
  read(): DiskParts | undefined {
    const ageMs = this.#deps.clock().getTime() - (this.#known?.measuredAt.getTime() ?? 0);
    // Below nothing when the clock was set back meanwhile.
    const isOld = this.#known === undefined || ageMs < 0 || ageMs > MAX_AGE_MS;
    if (isOld && !this.#ended.signal.aborted) {
      this.#measuring ??= this.#measure().finally(() => {
        this.#measuring = undefined;
      });
    }
    return this.#known;
  }

  async #measure(): Promise<void> {
    const { containers, snapshots, paths, clock, log } = this.#deps;
    const { signal } = this.#ended;
    try {
      const ids = (await containers.list({ all: true })).map(({ id }) => id);
      const folders = await Promise.all(ids.map((id) => snapshots.upperDir(id)));
      const sizes = await measureFolders(
        folders.flatMap((folder) => folder ?? []),
        signal,
      );
      let logBytes = 0;
      for (const id of ids) logBytes += await logBytesIn(paths.container(id));
      const containerBytes = sizes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      this.#known = { containerBytes, logBytes, measuredAt: clock() };
    } catch (err) {
      if (!signal.aborted) log.warn({ err }, 'what containers have written could not be measured');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#measuring;
  }
}

/** Of a container that goes meanwhile nothing is left. */
async function logBytesIn(folder: string): Promise<number> {
  try {
    const names = (await readdir(folder)).filter((name) => name.startsWith('container.log'));
    const files = await Promise.all(names.map((name) => stat(join(folder, name))));
    return files.reduce((sum, { blocks }) => sum + blocks * 512, 0);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
