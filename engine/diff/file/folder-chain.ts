import { closeSync, constants, fstatSync, readdirSync } from 'node:fs';
import {
  changeFolder,
  makeFolderAt,
  O_PATH,
  OPEN_FOLDER,
  openAt,
  setTimes,
  systemCode,
  tryOpenAt,
  unlinkAt,
} from './posix.ts';

interface Level {
  name: string;
  fd: number;
  mtimeNs: bigint;
}

/** Called for a folder that exists in no entry so far, with its descriptor. */
type OnImplicitFolder = (fd: number, path: readonly string[]) => void;

/**
 * Open descriptors from the root to the folder worked in. Each step is opened without following links, so a parent is a
 * real folder of this tree at any time. A folder's mtime is put back when it is left: making entries inside had changed it.
 */
export class FolderChain implements Disposable {
  readonly #root: Level;
  #levels: Level[] = [];

  /** Takes the descriptor over. */
  constructor(rootFd: number) {
    this.#root = { name: '', fd: rootFd, mtimeNs: fstatSync(rootFd, { bigint: true }).mtimeNs };
  }

  get rootFd(): number {
    return this.#root.fd;
  }

  /**
   * Goes to a folder and gives its descriptor, valid until the next call. Missing folders are made when `onMissing` is given.
   * Undefined when a step is missing or no folder.
   */
  enter(path: readonly string[], onMissing?: OnImplicitFolder): number | undefined {
    let common = 0;
    while (common < path.length && this.#levels[common]?.name === path[common]) common++;
    this.#leaveTo(common);
    for (const [index, name] of path.entries()) {
      if (index < common) continue;
      const parent = this.#levels.at(-1) ?? this.#root;
      const fd = this.#step(parent.fd, name, path.slice(0, index + 1), onMissing);
      if (fd === undefined) return undefined;
      this.#levels.push({ name, fd, mtimeNs: fstatSync(fd, { bigint: true }).mtimeNs });
    }
    return (this.#levels.at(-1) ?? this.#root).fd;
  }

  /** The archive sets the mtime of the folder entered last. */
  setMtime(ns: bigint): void {
    (this.#levels.at(-1) ?? this.#root).mtimeNs = ns;
  }

  [Symbol.dispose](): void {
    this.#leaveTo(0);
    setTimes(this.#root.fd, this.#root.mtimeNs);
    closeSync(this.#root.fd);
  }

  #step(parent: number, name: string, path: readonly string[], onMissing?: OnImplicitFolder): number | undefined {
    const existing = tryOpenFolder(parent, name);
    if (existing !== 'missing') return existing;
    if (onMissing === undefined) return undefined;
    makeFolderAt(parent, name);
    const fd = openAt(parent, name, OPEN_FOLDER);
    onMissing(fd, path);
    return fd;
  }

  #leaveTo(depth: number): void {
    while (this.#levels.length > depth) {
      const level = this.#levels.pop();
      if (level === undefined) return;
      setTimes(level.fd, level.mtimeNs);
      closeSync(level.fd);
    }
  }
}

/** Undefined: something else is there. */
export function tryOpenFolder(parent: number, name: string): number | undefined | 'missing' {
  const fd = tryOpenAt(parent, name, OPEN_FOLDER);
  if (typeof fd === 'number') return fd;
  if (fd === 'ENOENT') return 'missing';
  if (fd === 'ENOTDIR' || fd === 'ELOOP') return undefined;
  return openAt(parent, name, OPEN_FOLDER);
}

type NodeKind = 'missing' | 'file' | 'folder' | 'symlink' | 'whiteout' | 'other';

/** What is at a name, links not followed, nothing opened. */
export function kindAt(parent: number, name: string): NodeKind {
  const found = tryOpenAt(parent, name, O_PATH | constants.O_NOFOLLOW);
  if (found === 'ENOENT') return 'missing';
  const fd = typeof found === 'number' ? found : openAt(parent, name, O_PATH | constants.O_NOFOLLOW);
  try {
    const stat = fstatSync(fd);
    if (stat.isFile()) return 'file';
    if (stat.isDirectory()) return 'folder';
    if (stat.isSymbolicLink()) return 'symlink';
    return stat.isCharacterDevice() && stat.rdev === 0 ? 'whiteout' : 'other';
  } finally {
    closeSync(fd);
  }
}

export function listFolder(fd: number): string[] {
  changeFolder(fd);
  return readdirSync('.', { encoding: 'buffer' }).map((name) => name.toString('latin1'));
}

/** Makes something at a name; what is in the way goes first, with what is inside. Trying beats looking: most names are free. */
export function makeInstead<T>(parent: number, name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  removeTreeAt(parent, name);
  return make();
}

/** Removes whatever is at a name, with what is inside. */
export function removeTreeAt(parent: number, name: string): void {
  try {
    unlinkAt(parent, name, { folder: false });
    return;
  } catch (error) {
    if (systemCode(error) !== 'EISDIR') throw error;
  }
  const fd = openAt(parent, name, OPEN_FOLDER);
  try {
    for (const child of listFolder(fd)) removeTreeAt(fd, child);
  } finally {
    closeSync(fd);
  }
  unlinkAt(parent, name, { folder: true });
}
