import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, unlinkSync } from 'node:fs';
import { open, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type Logger, syncFolder } from '#engine/lib/index.ts';

const SLICES = 32;
const SLICE_BYTES = 128 * 1024;
/** Made anew only when this is left besides, or a disk that is nearly full would be filled by us. */
const SPARE_BYTES = 2 * SLICES * SLICE_BYTES;
/** A log, its index, a file or two beside them. */
const DOOR_SLICES = 4;
const SPARE_FILES = 1_000;

/**
 * Room on the disk that only the records may use: files of a folder, each some bytes and an inode. When a write meets a full
 * disk one of them goes and the write is tried again, so that a stop or a removal, which makes room, can be written down.
 */
export class Reserve {
  readonly #folder: string;
  readonly #log: Logger;

  constructor(folder: string, log: Logger) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Gives one slice back to the disk, at once: whoever fills the disk would have it otherwise. False when none is left. */
  release(): boolean {
    if (!existsSync(this.#folder)) return false;
    const [slice] = readdirSync(this.#folder);
    if (slice === undefined) return false;
    unlinkSync(join(this.#folder, slice));
    this.#log.warn({ slice }, 'the disk is full: a slice of the reserve was given to the records');
    return true;
  }

  /** Before the records are opened, which needs room for a log: with none left, slices are given back. */
  async openDoor(): Promise<void> {
    for (let slices = 0; slices < DOOR_SLICES; slices += 1) {
      if (!existsSync(this.#folder)) return;
      const { bavail, bsize, ffree, files } = await statfs(this.#folder);
      const full = bavail * bsize < SLICE_BYTES || (files > 0 && ffree < DOOR_SLICES);
      if (!full || !this.release()) return;
    }
  }

  /** Makes the slices that are missing, as long as others have room enough. */
  async refill(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const there = new Set(await readdir(this.#folder));
    const missing = Array.from({ length: SLICES }, (_, at) => String(at)).filter((name) => !there.has(name));
    if (missing.length === 0) return;
    const { bavail, bsize, ffree, files } = await statfs(this.#folder);
    // File systems that make inodes as they need them count none.
    if (bavail * bsize < SPARE_BYTES || (files > 0 && ffree < SPARE_FILES)) return;
    for (const name of missing) await makeSlice(join(this.#folder, name));
    await syncFolder(this.#folder);
  }
}

/** Of noise: a file system that compresses would keep next to nothing for zeros. */
async function makeSlice(path: string): Promise<void> {
  await using file = await open(path, 'w', 0o600);
  await file.writeFile(randomBytes(SLICE_BYTES));
  await file.sync();
}
