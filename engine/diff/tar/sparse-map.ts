import { corrupt, overLimit } from '../corrupt.ts';

/** Where the stored bytes of a sparse file belong; what lies between is holes. */
export interface SparseMap {
  /** Length of the file with its holes. */
  realSize: number;
  /** In ascending order, without overlap, inside `realSize`. */
  segments: readonly SparseSegment[];
}

export interface SparseSegment {
  offset: number;
  length: number;
}

export const MAX_SEGMENTS = 100_000;

/**
 * Checks a map against the bytes that the archive stores for the file. Empty segments mark a hole at the end and are left out.
 *
 * @throws EngineError `data_corrupt` for segments out of order, overlapping, beyond the file, or of another sum
 */
export function checkedSparseMap(map: SparseMap, storedBytes: number, entry: string): SparseMap {
  const { realSize, segments } = map;
  if (segments.length > MAX_SEGMENTS) throw tooManySegments(entry);
  let end = 0;
  let sum = 0;
  for (const { offset, length } of segments) {
    if (offset < end) throw corrupt('sparse_overlap', 'Segments of a sparse file overlap', entry);
    end = offset + length;
    sum += length;
    if (!Number.isSafeInteger(end) || end > realSize) {
      throw corrupt('sparse_beyond_end', `A segment of a sparse file ends beyond its ${realSize} bytes`, entry);
    }
  }
  if (sum !== storedBytes) {
    throw corrupt('sparse_size', `The segments of a sparse file have ${sum} bytes, stored are ${storedBytes}`, entry);
  }
  return { realSize, segments: segments.filter(({ length }) => length > 0) };
}

/** Gives each chunk of stored bytes its places in the file. */
export class SparseCursor {
  readonly #segments: readonly SparseSegment[];
  #at = 0;
  #done = 0;

  constructor(map: SparseMap) {
    this.#segments = map.segments;
  }

  *place(chunk: Buffer): Generator<{ part: Buffer; position: number }> {
    let rest = chunk;
    for (let segment = this.#segments[this.#at]; segment !== undefined; segment = this.#segments[this.#at]) {
      if (rest.length === 0) return;
      const part = rest.subarray(0, segment.length - this.#done);
      yield { part, position: segment.offset + this.#done };
      rest = rest.subarray(part.length);
      this.#done += part.length;
      if (this.#done < segment.length) return;
      this.#at += 1;
      this.#done = 0;
    }
  }
}

export function tooManySegments(entry: string) {
  return overLimit('sparse_too_many', `A sparse file has more than ${MAX_SEGMENTS} segments`, MAX_SEGMENTS, entry);
}
