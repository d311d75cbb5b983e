import { corrupt, overLimit } from '../corrupt.ts';
import { type PaxRecords, paxInteger, paxTimeNs } from './pax-records.ts';
import type { SparseMap } from './sparse-map.ts';
import type { RawHeader } from './tar-header.ts';

/** One member of a tar with its extended headers applied. Names are byte strings (latin1), as written in the archive. */
export interface TarEntry {
  kind: 'file' | 'folder' | 'symlink' | 'hardlink' | 'char' | 'block' | 'fifo' | 'unknown';
  typeFlag: string;
  name: string;
  linkName: string;
  /** Bytes of data that follow. */
  size: number;
  /** Where these bytes belong, for a file with holes. */
  sparse: SparseMap | undefined;
  mode: number;
  uid: number;
  gid: number;
  mtimeNs: bigint;
  major: number;
  minor: number;
  /** Attribute name → byte string. */
  xattrs: ReadonlyMap<string, string>;
}

const KINDS: Readonly<Record<string, TarEntry['kind']>> = {
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'char',
  '4': 'block',
  '5': 'folder',
  '6': 'fifo',
  '7': 'file',
  S: 'file',
};
const XATTR = 'SCHILY.xattr.';
const NO_XATTRS: ReadonlyMap<string, string> = new Map();
const MAX_PATH = 4095;
/** The kernel reads 2^32-1 as "leave it". */
const MAX_ID = 0xff_ff_ff_fe;
const MIN_TIME = -(2n ** 31n) * 1_000_000_000n;
const MAX_TIME = (2n ** 33n - 1n) * 1_000_000_000n;

/** @throws EngineError `data_corrupt` */
export function toTarEntry(header: RawHeader, pax: PaxRecords): TarEntry {
  const path = pax.get('GNU.sparse.name') ?? pax.get('path') ?? header.name;
  const name = checkText(path, header.name);
  if (header.typeFlag === 'M') throw corrupt('multi_volume', 'The archive is part of several volumes', name);
  const kind = KINDS[header.typeFlag] ?? 'unknown';
  const size = paxInteger(pax, 'size', name) ?? header.size;
  if (size < 0) throw corrupt('header_number', 'The archive has a negative size', name);
  const device = kind === 'char' || kind === 'block' ? header.device() : { major: 0, minor: 0 };
  return {
    // Old writers mark folders by the slash only.
    kind: kind === 'file' && header.typeFlag === '0' && name.endsWith('/') && size === 0 ? 'folder' : kind,
    typeFlag: header.typeFlag,
    name,
    linkName: checkText(pax.get('linkpath') ?? header.linkName, name),
    // Links, folders and nodes have no data, whatever their size field says.
    size: kind === 'file' || kind === 'unknown' ? size : 0,
    sparse: undefined,
    mode: header.mode & 0o7777,
    uid: checkId(paxInteger(pax, 'uid', name) ?? header.uid, name),
    gid: checkId(paxInteger(pax, 'gid', name) ?? header.gid, name),
    mtimeNs: clampTime(paxTimeNs(pax, 'mtime', name) ?? BigInt(header.mtime) * 1_000_000_000n),
    ...device,
    xattrs: pax.size === 0 ? NO_XATTRS : xattrsOf(pax),
  };
}

function xattrsOf(pax: PaxRecords): ReadonlyMap<string, string> {
  return new Map([...pax].filter(([key]) => key.startsWith(XATTR)).map(([key, v]) => [key.slice(XATTR.length), v]));
}

function checkText(path: string, entry: string): string {
  if (path.includes('\0')) throw corrupt('name_nul', 'A name in the archive contains a zero byte', entry);
  if (path.length > MAX_PATH) {
    throw overLimit('name_too_long', `A name in the archive has more than ${MAX_PATH} bytes`, MAX_PATH, entry);
  }
  return path;
}

function checkId(id: number, entry: string): number {
  if (id < 0 || id > MAX_ID) throw corrupt('owner_out_of_range', 'An owner in the archive is out of range', entry);
  return id;
}

function clampTime(ns: bigint): bigint {
  if (ns < MIN_TIME) return MIN_TIME;
  return ns > MAX_TIME ? MAX_TIME : ns;
}
