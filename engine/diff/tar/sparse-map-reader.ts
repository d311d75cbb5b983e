import { corrupt } from '../corrupt.ts';
import type { PaxRecords } from './pax-records.ts';
import { MAX_SEGMENTS, type SparseMap, type SparseSegment, tooManySegments } from './sparse-map.ts';
import type { TarEntry } from './tar-entry.ts';
import { type RawHeader, sparseRealSize, sparseSlots } from './tar-header.ts';

/** Reads the map of one sparse file; some forms keep a part of it in blocks between the header and the data. */
export interface SparseMapReader {
  readonly wantsMore: boolean;
  /** Bytes read by `addBlock` that the size of the entry counts as its data. */
  readonly dataBytes: number;
  addBlock(block: Buffer): void;
  /** Unchecked, once nothing more is wanted. */
  map(): SparseMap;
}

/**
 * The reader for the form of this header: old GNU (type `S`) or PAX 0.0, 0.1 and 1.0 (GNU tar manual, "Storing Sparse Files").
 * Undefined for a file without holes.
 *
 * @throws EngineError `data_corrupt` for a form nobody knows, or a map that cannot be read
 */
export function startSparseMap(of: {
  header: RawHeader;
  block: Buffer;
  records: PaxRecords;
  entry: TarEntry;
}): SparseMapReader | undefined {
  const { header, block, records, entry } = of;
  const isPax = records.size > 0 && records.keys().some((key) => key.startsWith('GNU.sparse.'));
  if (header.typeFlag === 'S') {
    if (header.format !== 'gnu' || isPax) throw unknownForm(entry.name);
    return new GnuSparseMap(block, sparseRealSize(block, entry.name), entry.name);
  }
  if (!isPax) return undefined;
  const version = `${records.get('GNU.sparse.major') ?? 0}.${records.get('GNU.sparse.minor') ?? 0}`;
  const realSize = records.get('GNU.sparse.realsize') ?? records.get('GNU.sparse.size');
  if (entry.kind !== 'file' || realSize === undefined) throw unknownForm(entry.name);
  const size = mapNumber(realSize, entry.name);
  if (version === '1.0') return new PaxSparseMap(size, entry.size, entry.name);
  if (version !== '0.0' && version !== '0.1') throw unknownForm(entry.name);
  return {
    wantsMore: false,
    dataBytes: 0,
    addBlock: () => undefined,
    map: () => mapOfRecords(records, size, entry.name),
  };
}

/** Old GNU form (tar manual, "Old GNU Format"): four slots in the header, twenty-one in each block after it. */
class GnuSparseMap implements SparseMapReader {
  /** Its blocks are not counted in the size of the entry. */
  readonly dataBytes = 0;
  readonly #realSize: number;
  readonly #segments: SparseSegment[] = [];
  readonly #entry: string;
  #wantsMore = false;

  constructor(header: Buffer, realSize: number, entry: string) {
    this.#realSize = realSize;
    this.#entry = entry;
    this.#add(sparseSlots(header, 386, 4, entry), header[482]);
  }

  get wantsMore(): boolean {
    return this.#wantsMore;
  }

  addBlock(block: Buffer): void {
    this.#add(sparseSlots(block, 0, 21, this.#entry), block[504]);
  }

  map(): SparseMap {
    return { realSize: this.#realSize, segments: this.#segments };
  }

  #add(slots: readonly SparseSegment[], isExtended: number | undefined): void {
    this.#segments.push(...slots);
    if (this.#segments.length > MAX_SEGMENTS) throw tooManySegments(this.#entry);
    this.#wantsMore = isExtended !== undefined && isExtended !== 0;
    // An empty block that announces another one would go on for ever.
    if (this.#wantsMore && slots.length === 0) {
      throw corrupt('sparse_map', 'The map of a sparse file goes on after its end', this.#entry);
    }
  }
}

/** PAX form 1.0: the map is text in front of the data, in whole blocks. */
class PaxSparseMap implements SparseMapReader {
  readonly #realSize: number;
  readonly #storedBytes: number;
  readonly #entry: string;
  readonly #numbers: number[] = [];
  #rest = '';
  dataBytes = 0;

  constructor(realSize: number, storedBytes: number, entry: string) {
    this.#realSize = realSize;
    this.#storedBytes = storedBytes;
    this.#entry = entry;
  }

  get wantsMore(): boolean {
    const [count] = this.#numbers;
    return count === undefined || this.#numbers.length < 1 + count * 2;
  }

  addBlock(block: Buffer): void {
    this.dataBytes += block.length;
    if (this.dataBytes > this.#storedBytes) throw unreadable(this.#entry);
    const lines = (this.#rest + block.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!this.wantsMore) break;
      this.#numbers.push(mapNumber(line, this.#entry));
      if ((this.#numbers[0] ?? 0) > MAX_SEGMENTS) throw tooManySegments(this.#entry);
    }
    if (this.wantsMore && this.#rest.length > 20) throw unreadable(this.#entry);
  }

  map(): SparseMap {
    return { realSize: this.#realSize, segments: toSegments(this.#numbers.slice(1)) };
  }
}

/** PAX forms 0.0 and 0.1: offsets and lengths in one record. */
function mapOfRecords(records: PaxRecords, realSize: number, entry: string): SparseMap {
  const text = records.get('GNU.sparse.map');
  const numbers = text === undefined ? [] : text.split(',').map((part) => mapNumber(part, entry));
  const count = records.get('GNU.sparse.numblocks');
  if (numbers.length % 2 !== 0 || (count !== undefined && mapNumber(count, entry) !== numbers.length / 2)) {
    throw unreadable(entry);
  }
  return { realSize, segments: toSegments(numbers) };
}

function mapNumber(text: string, entry: string): number {
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw unreadable(entry);
  return value;
}

function toSegments(numbers: readonly number[]): SparseSegment[] {
  const segments: SparseSegment[] = [];
  for (let at = 0; at + 1 < numbers.length; at += 2) {
    segments.push({ offset: numbers[at] ?? 0, length: numbers[at + 1] ?? 0 });
  }
  return segments;
}

function unreadable(entry: string) {
  return corrupt('sparse_map', 'The map of a sparse file is unreadable', entry);
}

function unknownForm(entry: string) {
  return corrupt('sparse_unsupported', 'The archive has a sparse file in a form that is not supported', entry);
}
