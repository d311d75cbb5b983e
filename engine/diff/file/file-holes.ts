import { MAX_SEGMENTS, type SparseMap, type SparseSegment } from '../tar/sparse-map.ts';
import { seekTo } from './posix.ts';

const SEEK_DATA = 3;
const SEEK_HOLE = 4;

/** Where a file has data; undefined when it has no holes, or too many to be worth a map. */
export function holesOf(fd: number, size: number): SparseMap | undefined {
  const segments: SparseSegment[] = [];
  for (let at = 0; at < size; ) {
    const start = seekTo(fd, at, SEEK_DATA);
    // Nothing but a hole from here on.
    if (start === undefined || start >= size) break;
    const end = Math.min(seekTo(fd, start, SEEK_HOLE) ?? size, size);
    segments.push({ offset: start, length: end - start });
    if (segments.length > MAX_SEGMENTS - 1) return undefined;
    at = end;
  }
  const [first] = segments;
  if (first !== undefined && first.offset === 0 && first.length === size) return undefined;
  return { realSize: size, segments };
}
