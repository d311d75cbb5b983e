import { statfsSync } from 'node:fs';
import { EngineError } from '../errors/index.ts';
import { readableName } from './corrupt.ts';
import type { LayerLimits } from './layer-applier.ts';

const BYTES_BETWEEN_LOOKS = 16 << 20;
const ENTRIES_BETWEEN_LOOKS = 1_000;
const RESERVED_INODES = 1_000;

/** Counts what an archive makes and stops it before the disk or the limits are reached. */
export class SpaceGuard {
  readonly #limits: LayerLimits;
  readonly #folder: string;
  #entries = 0;
  #bytes = 0;
  #tarBytes = 0;
  #unseenBytes = 0;

  constructor(limits: LayerLimits, folder: string) {
    this.#limits = limits;
    this.#folder = folder;
    this.#look(0);
  }

  get entries(): number {
    return this.#entries;
  }

  /** Bytes of files. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws EngineError `resource_exhausted` */
  addEntry(name: string, size: number): void {
    const { maxEntries, maxBytes } = this.#limits;
    if (++this.#entries > maxEntries) throw tooMuch('too_many_entries', `more than ${maxEntries} entries`, name);
    if (this.#bytes + size > maxBytes) throw tooMuch('too_many_bytes', `more than ${maxBytes} bytes of files`, name);
    if (this.#entries % ENTRIES_BETWEEN_LOOKS === 0 || size > BYTES_BETWEEN_LOOKS) this.#look(size);
  }

  addBytes(count: number): void {
    this.#bytes += count;
    this.#unseenBytes += count;
    if (this.#unseenBytes > BYTES_BETWEEN_LOOKS) this.#look(0);
  }

  /** Also what is no file counts: padding, extended headers, skipped members. */
  addTarBytes(count: number): void {
    this.#tarBytes += count;
    if (this.#tarBytes > this.#limits.maxBytes * 2 + (1 << 30)) {
      throw tooMuch('too_many_bytes', 'too much besides its files');
    }
  }

  #look(needed: number): void {
    this.#unseenBytes = 0;
    const stat = statfsSync(this.#folder);
    // File systems without a fixed number of inodes report 0.
    const inodesShort = stat.files > 0 && stat.ffree < RESERVED_INODES;
    if (stat.bavail * stat.bsize - needed < this.#limits.reserveBytes || inodesShort) {
      throw new EngineError('resource_exhausted', 'Too little disk space for the archive', {
        reason: 'disk_full',
        freeBytes: stat.bavail * stat.bsize,
        neededBytes: needed,
        reserveBytes: this.#limits.reserveBytes,
      });
    }
  }
}

function tooMuch(reason: string, what: string, entry?: string): EngineError {
  const details = entry === undefined ? { reason } : { reason, entry: readableName(entry) };
  return new EngineError('resource_exhausted', `The archive has ${what}`, details);
}
