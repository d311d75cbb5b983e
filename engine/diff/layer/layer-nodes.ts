import { closeSync, constants, fstatSync } from 'node:fs';
import { corrupt } from '../corrupt.ts';
import { kindAt, makeInstead } from '../file/folder-chain.ts';
import {
  chmodAt,
  chownAt,
  makeNodeAt,
  OPEN_FOLDER,
  openAt,
  setAttribute,
  setTimes,
  setTimesAt,
  symlinkAt,
} from '../file/posix.ts';
import type { TarEntry } from '../tar/tar-entry.ts';

export const OPAQUE = 'trusted.overlay.opaque';
const NODE_TYPES = { char: constants.S_IFCHR, block: constants.S_IFBLK, fifo: constants.S_IFIFO } as const;

/** Hides a name of the lower layers. What this layer itself has there stays (OCI image-spec, layer.md §Whiteouts). */
export function whiteOut(parent: number, name: string): void {
  const kind = kindAt(parent, name);
  if (kind === 'missing') makeNodeAt(parent, name, constants.S_IFCHR, 0, 0);
  if (kind !== 'folder') return;
  const fd = openAt(parent, name, OPEN_FOLDER);
  try {
    const mtime = fstatSync(fd, { bigint: true }).mtimeNs;
    setAttribute(fd, OPAQUE, 'y');
    setTimes(fd, mtime);
  } finally {
    closeSync(fd);
  }
}

export function makeSymlink(entry: TarEntry, parent: number, base: string): void {
  if (entry.linkName === '') throw corrupt('symlink_empty', 'A symbolic link points to nothing', entry.name);
  makeInstead(parent, base, () => symlinkAt(entry.linkName, parent, base));
  chownAt(parent, base, entry.uid, entry.gid);
  setTimesAt(parent, base, entry.mtimeNs);
}

/** @throws EngineError `data_corrupt` for overlay's whiteout */
export function refuseWhiteout(entry: TarEntry): void {
  if (entry.kind !== 'char' || entry.major !== 0 || entry.minor !== 0) return;
  throw corrupt('device_whiteout', 'The archive has a device that overlay reads as a deletion', entry.name);
}

/** A device or a FIFO: stored, never opened. @throws EngineError `data_corrupt` for an absurd number */
export function makeNode(entry: TarEntry, kind: keyof typeof NODE_TYPES, parent: number, base: string): void {
  if (entry.major > 0xfff || entry.minor > 0xf_ff_ff) {
    throw corrupt('device_number', 'A device number in the archive is out of range', entry.name);
  }
  const type = NODE_TYPES[kind] | 0o600;
  makeInstead(parent, base, () => makeNodeAt(parent, base, type, entry.major, entry.minor));
  chownAt(parent, base, entry.uid, entry.gid);
  chmodAt(parent, base, entry.mode);
  setTimesAt(parent, base, entry.mtimeNs);
}
