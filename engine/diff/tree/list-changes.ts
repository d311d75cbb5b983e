import { type BigIntStats, closeSync, constants, fstatSync } from 'node:fs';
import { listFolder } from '../file/folder-chain.ts';
import { enterRoot, getAttribute, harden, O_PATH, OPEN_FOLDER, openAt, tryOpenAt } from '../file/posix.ts';
import { OPAQUE } from '../layer/layer-nodes.ts';
import { LowerLayers } from '../layer/lower-layers.ts';
import type { FileChange } from './tree-reader.ts';

const AT_FDCWD = -100;
const NODE = O_PATH | constants.O_NOFOLLOW;

/**
 * What the upper folder of an overlay changes of the layers below, in this process, which is inside that folder afterwards.
 * Whatever is in the upper folder has been written to or had its attributes changed; a folder is there for its content as well,
 * and counts only when its attributes differ or something inside does.
 */
export function listChanges({ upper, lowerDirs }: { upper: string; lowerDirs: readonly string[] }): FileChange[] {
  const rootFd = openAt(AT_FDCWD, Buffer.from(upper).toString('latin1'), OPEN_FOLDER);
  const lower = new LowerLayers(lowerDirs);
  enterRoot(rootFd);
  harden();
  const changes: FileChange[] = [];
  walk({ lower, changes }, rootFd, [], true);
  return changes;
}

interface Walk {
  lower: LowerLayers;
  changes: FileChange[];
}

/** @param merged whether names below are visible that the upper folder does not have */
function walk(found: Walk, folder: number, path: readonly string[], merged: boolean): void {
  const here = listFolder(folder);
  // Of a folder that replaces another one, everything that did not come again is gone.
  const gone = merged ? [] : namesBelow(found.lower, path).filter((name) => !here.includes(name));
  for (const name of [...here, ...gone].sort()) {
    const child = [...path, name];
    const fd = tryOpenAt(folder, name, NODE);
    if (typeof fd === 'string') {
      // Removed just now, or it was the folder's that was replaced.
      if (gone.includes(name)) add(found, child, 'deleted');
      continue;
    }
    try {
      visit(found, fd, { folder, name, path: child });
    } finally {
      closeSync(fd);
    }
  }
}

function visit(found: Walk, fd: number, at: { folder: number; name: string; path: readonly string[] }): void {
  const stat = fstatSync(fd, { bigint: true });
  if (stat.isCharacterDevice() && stat.rdev === 0n) {
    add(found, at.path, 'deleted');
    return;
  }
  const below = statBelow(found.lower, at.path);
  const place = found.changes.length;
  if (stat.isDirectory()) {
    const folder = openAt(at.folder, at.name, OPEN_FOLDER);
    try {
      const replaces = below?.isDirectory() === true && getAttribute(folder, OPAQUE) === 'y';
      walk(found, folder, at.path, !replaces);
    } finally {
      closeSync(folder);
    }
  }
  const unchanged = below !== undefined && stat.isDirectory() && sameAttributes(stat, below);
  if (unchanged && found.changes.length === place) return;
  // Before what is inside.
  found.changes.splice(place, 0, { path: shown(at.path), kind: below === undefined ? 'added' : 'modified' });
}

function add(found: Walk, path: readonly string[], kind: FileChange['kind']): void {
  found.changes.push({ path: shown(path), kind });
}

function sameAttributes(a: BigIntStats, b: BigIntStats): boolean {
  return a.mode === b.mode && a.uid === b.uid && a.gid === b.gid;
}

function statBelow(lower: LowerLayers, path: readonly string[]): BigIntStats | undefined {
  const fd = lower.openNode(path);
  if (fd === undefined) return undefined;
  try {
    const stat = fstatSync(fd, { bigint: true });
    return stat.isCharacterDevice() && stat.rdev === 0n ? undefined : stat;
  } finally {
    closeSync(fd);
  }
}

function namesBelow(lower: LowerLayers, path: readonly string[]): string[] {
  return lower.namesIn(path).filter((name) => statBelow(lower, [...path, name]) !== undefined);
}

function shown(path: readonly string[]): string {
  return Buffer.from(`/${path.join('/')}`, 'latin1').toString('utf8');
}
