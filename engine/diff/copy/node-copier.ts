import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  readSync,
} from 'node:fs';
import { readableName } from '../corrupt.ts';
import { majorOf, minorOf } from '../file/device-number.ts';
import { holesOf } from '../file/file-holes.ts';
import { CREATE, writeAll } from '../file/file-writer.ts';
import { listFolder } from '../file/folder-chain.ts';
import { isTreeAttribute } from '../file/kept-attributes.ts';
import {
  chmodAt,
  chownAt,
  getAttribute,
  linkAt,
  listAttributes,
  makeFolderAt,
  makeNodeAt,
  O_PATH,
  OPEN_FOLDER,
  openAt,
  readLink,
  setAttribute,
  setTimes,
  setTimesAt,
  shareBlocks,
  symlinkAt,
  systemCode,
  tryOpenAt,
} from '../file/posix.ts';
import type { SpaceGuard } from '../file/space-guard.ts';

const NODE = O_PATH | constants.O_NOFOLLOW;
const READ_CHUNK = 1 << 20;
const MAX_NOTES = 100;

/**
 * Copies a tree into an empty folder: owners, modes, times, links, hard links, devices, holes and attributes. As the packer it
 * opens every name once as a node and reads that node. Where the file system can, copies share their blocks with the originals.
 */
export class NodeCopier implements Disposable {
  readonly notes: string[] = [];
  /** Bytes that share their blocks. */
  sharedBytes = 0;
  /** The entry being copied, a byte string. */
  name = '';
  readonly #guard: SpaceGuard;
  readonly #rootFd: number;
  readonly #procFd: number;
  readonly #onProgress: () => void;
  readonly #chunk = Buffer.alloc(READ_CHUNK);
  /** First names of files with several, by device and inode. */
  readonly #links = new Map<string, string>();
  #device = 0n;
  #canShare = true;

  /** Takes the descriptors over: the target, and `/proc/self/fd`. */
  constructor(deps: { rootFd: number; procFd: number; guard: SpaceGuard; onProgress: () => void }) {
    this.#guard = deps.guard;
    this.#rootFd = deps.rootFd;
    this.#procFd = deps.procFd;
    this.#onProgress = deps.onProgress;
  }

  /** @param from descriptor of the folder to copy */
  copy(from: number): void {
    this.#device = fstatSync(from, { bigint: true }).dev;
    this.#guard.addEntry('', 0);
    this.#folder(from, this.#rootFd, '');
  }

  [Symbol.dispose](): void {
    closeSync(this.#rootFd);
    closeSync(this.#procFd);
  }

  /** Attributes last: what is made inside changes the times. */
  #folder(from: number, to: number, prefix: string): void {
    const stat = fstatSync(from, { bigint: true });
    if (stat.dev !== this.#device) this.#note(prefix, 'is a mount, copied as an empty folder');
    else for (const name of listFolder(from)) this.#child(from, to, name, prefix);
    this.#attributes(from, to, stat, prefix);
  }

  #child(from: number, to: number, name: string, prefix: string): void {
    const path = prefix + name;
    const found = tryOpenAt(from, name, NODE);
    if (found === 'ENOENT') {
      this.#note(path, 'vanished');
      return;
    }
    const node = typeof found === 'number' ? found : openAt(from, name, NODE);
    try {
      const stat = fstatSync(node, { bigint: true });
      this.name = path;
      this.#guard.addEntry(path, stat.isFile() ? Number(stat.blocks) * 512 : 0);
      this.#onProgress();
      this.#node(node, stat, { to, name, path });
    } finally {
      closeSync(node);
    }
  }

  #node(node: number, stat: BigIntStats, at: { to: number; name: string; path: string }): void {
    const { to, name, path } = at;
    if (stat.isDirectory()) {
      makeFolderAt(to, name);
      const source = openAt(this.#procFd, String(node), constants.O_RDONLY | constants.O_DIRECTORY);
      const made = openAt(to, name, OPEN_FOLDER);
      try {
        this.#folder(source, made, `${path}/`);
      } finally {
        closeSync(made);
        closeSync(source);
      }
      return;
    }
    if (stat.isSocket()) {
      this.#note(path, 'left out: a socket');
      return;
    }
    if (this.#linked(stat, at)) return;
    if (stat.isFile()) {
      this.#file(node, stat, at);
      return;
    }
    const [uid, gid] = [Number(stat.uid), Number(stat.gid)];
    if (stat.isSymbolicLink()) symlinkAt(readLink(node), to, name);
    else makeNodeAt(to, name, Number(stat.mode & 0o170000n) | 0o600, majorOf(stat.rdev), minorOf(stat.rdev));
    chownAt(to, name, uid, gid);
    if (!stat.isSymbolicLink()) chmodAt(to, name, Number(stat.mode & 0o7777n));
    setTimesAt(to, name, stat.mtimeNs);
  }

  /** True when it was there under another name. The target is nobody else's: its names lead where they were made. */
  #linked(stat: BigIntStats, { to, name, path }: { to: number; name: string; path: string }): boolean {
    if (stat.nlink === 1n) return false;
    const key = `${stat.dev}:${stat.ino}`;
    const first = this.#links.get(key);
    if (first === undefined) this.#links.set(key, path);
    else linkAt({ folder: this.#rootFd, name: first }, to, name);
    return first !== undefined;
  }

  #file(node: number, stat: BigIntStats, { to, name, path }: { to: number; name: string; path: string }): void {
    const source = openAt(this.#procFd, String(node), constants.O_RDONLY | constants.O_NONBLOCK);
    const made = openAt(to, name, CREATE, 0o600);
    try {
      if (stat.size > 0n && !this.#share(source, made, stat.size)) this.#data(source, made, stat);
      this.#attributes(source, made, stat, path);
    } finally {
      closeSync(made);
      closeSync(source);
    }
  }

  #share(source: number, made: number, size: bigint): boolean {
    if (!this.#canShare) return false;
    // Two file systems, or one that shares no blocks: it will not for the next file either.
    this.#canShare = shareBlocks(source, made);
    if (this.#canShare) this.sharedBytes += Number(size);
    return this.#canShare;
  }

  #data(source: number, made: number, stat: BigIntStats): void {
    const size = Number(stat.size);
    const sparse = stat.blocks * 512n < stat.size ? holesOf(source, size) : undefined;
    for (const { offset, length } of sparse?.segments ?? [{ offset: 0, length: size }]) {
      for (let done = 0; done < length; ) {
        const count = readSync(source, this.#chunk, 0, Math.min(READ_CHUNK, length - done), offset + done);
        // It became shorter: what is missing stays a hole.
        if (count === 0) break;
        writeAll(made, this.#chunk.subarray(0, count), offset + done);
        this.#guard.addBytes(count);
        this.#onProgress();
        done += count;
      }
    }
    ftruncateSync(made, size);
  }

  #attributes(from: number, to: number, stat: BigIntStats, path: string): void {
    // In this order: a change of owner drops setuid bits and capabilities.
    fchownSync(to, Number(stat.uid), Number(stat.gid));
    fchmodSync(to, Number(stat.mode & 0o7777n));
    for (const name of listAttributes(from).filter(isTreeAttribute)) {
      const value = getAttribute(from, name);
      if (value !== undefined) this.#setAttribute(to, name, value, path);
    }
    setTimes(to, stat.mtimeNs);
  }

  #setAttribute(to: number, name: string, value: string, path: string): void {
    try {
      setAttribute(to, name, value);
    } catch (error) {
      if (name === 'security.capability') throw error;
      // Some file systems keep no such attributes, or only small ones, and say so in many ways.
      this.#note(path, `lost its attribute ${readableName(name)}: ${systemCode(error) ?? 'unknown error'}`);
    }
  }

  #note(path: string, words: string): void {
    if (this.notes.length < MAX_NOTES) this.notes.push(`"${readableName(path)}" ${words}`);
  }
}
