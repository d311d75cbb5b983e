import { statfsSync } from 'node:fs';
import { EngineError } from '../../errors/index.ts';
import { readableName } from '../corrupt.ts';
import type { LayerLimits } from '../layer/layer-applier.ts';

const BYTES_BETWEEN_LOOKS = 16 << 20;
const ENTRIES_BETWEEN_LOOKS = 1_000;
const RESERVED_INODES = 1_000;
/** Small archives may be mostly zeros: what they expand to does no harm, however little room there is. */
const ALWAYS_UNJUDGED_BYTES = 1 << 30;
const UNJUDGED_SHARE = 0.5;

/** Counts what an archive makes and stops it before the disk or the limits are reached. */
export class SpaceGuard {
  readonly #limits: LayerLimits;
  readonly #folder: string;
  #entries = 0;
  #bytes = 0;
  #claimedBytes = 0;
  #tarBytes = 0;
  #readBytes = 0;
  readonly #unjudgedBytes: number;
  #unseenBytes = 0;

  constructor(limits: LayerLimits, folder: string) {
    this.#limits = limits;
    this.#folder = folder;
    const room = this.#look(0);
    const unjudged = Math.min(limits.unjudgedBytes, Math.floor(room * UNJUDGED_SHARE));
    this.#unjudgedBytes = Math.max(ALWAYS_UNJUDGED_BYTES, unjudged);
  }

  get entries(): number {
    return this.#entries;
  }

  /** Bytes of files. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * @param size bytes that the archive has for it
   * @param realSize length of the file when it has holes: they take no space here, but would in every copy
   * @throws EngineError `resource_exhausted`
   */
  addEntry(name: string, size: number, realSize = size): void {
    const { maxEntries, maxBytes } = this.#limits;
    if (++this.#entries > maxEntries) {
      throw tooMuch('too_many_entries', `more than ${maxEntries} entries`, maxEntries, name);
    }
    this.#claimedBytes += realSize;
    if (this.#claimedBytes > maxBytes) {
      throw tooMuch('too_many_bytes', `more than ${maxBytes} bytes of files`, maxBytes, name);
    }
    if (this.#entries % ENTRIES_BETWEEN_LOOKS === 0 || size > BYTES_BETWEEN_LOOKS) this.#look(size);
  }

  addBytes(count: number): void {
    this.#bytes += count;
    this.#unseenBytes += count;
    if (this.#unseenBytes > BYTES_BETWEEN_LOOKS) this.#look(0);
  }

  /**
   * Everything that comes out of the decompression, which has read `readBytes` for it so far: also what is no file counts,
   * such as padding, extended headers and skipped members.
   *
   * @param name the entry being unpacked
   */
  addTarBytes(count: number, readBytes: number, name: string): void {
    this.#readBytes = readBytes;
    this.#expand(count, name);
  }

  /** Bytes of a hole that have to be read as zeros: as much work as if they were in the archive. */
  addHole(count: number, name: string): void {
    this.#expand(count, name);
  }

  #expand(count: number, name: string): void {
    const { maxBytes, maxRatio } = this.#limits;
    this.#tarBytes += count;
    const most = maxBytes * 2 + ALWAYS_UNJUDGED_BYTES;
    if (this.#tarBytes > most) throw tooMuch('too_many_bytes', `more than ${most} bytes uncompressed`, most, name);
    if (this.#tarBytes > this.#unjudgedBytes && this.#tarBytes > this.#readBytes * maxRatio) {
      throw tooMuch('ratio_too_high', `more than ${maxRatio} bytes for each compressed one`, maxRatio, name);
    }
  }

  /** Gives the bytes there is room for. */
  #look(needed: number): number {
    this.#unseenBytes = 0;
    const stat = statfsSync(this.#folder);
    // File systems without a fixed number of inodes report 0.
    const inodesShort = stat.files > 0 && stat.ffree < RESERVED_INODES;
    const { reserveBytes, maxReserveShare } = this.#limits;
    const reserve = Math.min(reserveBytes, Math.floor(stat.blocks * stat.bsize * maxReserveShare));
    if (stat.bavail * stat.bsize - needed < reserve || inodesShort) {
      throw new EngineError('resource_exhausted', 'Too little disk space for the archive', {
        reason: 'disk_full',
        freeBytes: stat.bavail * stat.bsize,
        neededBytes: needed,
        reserveBytes: reserve,
      });
    }
    return stat.bavail * stat.bsize;
  }
}

function tooMuch(reason: string, what: string, limit: number, name: string): EngineError {
  const entry = readableName(name);
  const message = `The archive has ${what} (entry "${entry}")`;
  return new EngineError('resource_exhausted', message, { reason, entry, limit });
}
