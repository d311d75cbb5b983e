import { corrupt, overLimit } from '../corrupt.ts';

const MAX_COMPONENT = 255;
const MAX_PATH = 4095;
/** Each level on the way is an open descriptor while unpacking. */
const MAX_DEPTH = 500;

/**
 * A name from an archive as components beneath the root: leading `/`, empty and `.` parts dropped.
 *
 * @throws EngineError `data_corrupt` for `..`, a zero byte, or what no file system can hold
 */
export function entryPath(name: string): string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw corrupt('path_traversal', 'A name in the archive climbs out of its folder', name);
  if (name.includes('\0')) throw corrupt('name_nul', 'A name in the archive contains a zero byte', name);
  if (parts.length > MAX_DEPTH) {
    throw overLimit('path_too_deep', `A name in the archive has more than ${MAX_DEPTH} levels`, MAX_DEPTH, name);
  }
  if (parts.some((part) => part.length > MAX_COMPONENT)) {
    const message = `A part of a name in the archive has more than ${MAX_COMPONENT} bytes`;
    throw overLimit('name_too_long', message, MAX_COMPONENT, name);
  }
  if (name.length > MAX_PATH) {
    throw overLimit('name_too_long', `A name in the archive has more than ${MAX_PATH} bytes`, MAX_PATH, name);
  }
  return parts;
}

type LayerName =
  | { type: 'root' }
  | { type: 'plain'; parent: string[]; base: string }
  | { type: 'whiteout'; parent: string[]; base: string }
  | { type: 'opaque'; parent: string[] }
  /** AUFS bookkeeping of very old layers. */
  | { type: 'ignored' };

/** In a tree of files every name is only a name. @throws EngineError `data_corrupt` */
export function plainName(name: string): LayerName {
  const parts = entryPath(name);
  const base = parts.at(-1);
  return base === undefined ? { type: 'root' } : { type: 'plain', parent: parts.slice(0, -1), base };
}

const AUFS = ['.wh..wh.plnk', '.wh..wh.aufs', '.wh..wh.orph'];

/** OCI image-spec, layer.md §Whiteouts. @throws EngineError `data_corrupt` */
export function layerName(name: string): LayerName {
  const parts = entryPath(name);
  if (parts.some((part) => AUFS.includes(part))) return { type: 'ignored' };
  const base = parts.at(-1);
  if (base === undefined) return { type: 'root' };
  const parent = parts.slice(0, -1);
  if (parent.some((part) => part.startsWith('.wh.'))) {
    throw corrupt('whiteout_parent', 'The archive has an entry inside a whiteout', name);
  }
  if (base === '.wh..wh..opq') return { type: 'opaque', parent };
  if (!base.startsWith('.wh.')) return { type: 'plain', parent, base };
  const victim = base.slice(4);
  if (victim === '' || victim === '.' || victim === '..' || victim.startsWith('.wh.')) {
    throw corrupt('whiteout_name', 'The archive has a whiteout of nothing', name);
  }
  return { type: 'whiteout', parent, base: victim };
}
