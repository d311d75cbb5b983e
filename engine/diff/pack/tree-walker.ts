import { type BigIntStats, closeSync, constants, fstatSync, readSync } from 'node:fs';
import { EngineError } from '../../errors/index.ts';
import { readableName } from '../corrupt.ts';
import { majorOf, minorOf } from '../file/device-number.ts';
import { holesOf } from '../file/file-holes.ts';
import { listFolder } from '../file/folder-chain.ts';
import { isLayerAttribute, isTreeAttribute } from '../file/kept-attributes.ts';
import { getAttribute, listAttributes, O_PATH, openAt, readLink, readLinkAt, tryOpenAt } from '../file/posix.ts';
import { OPAQUE } from '../layer/layer-nodes.ts';
import type { SparseMap } from '../tar/sparse-map.ts';
import { memberHeader, paddingFor, type TarMemberHeader } from '../tar/tar-writer.ts';
import { meansFolder } from '../tree/stat-path.ts';
import { tryOpenInView } from '../tree/tree-view.ts';
import type { PackRequest } from './pack-protocol.ts';

const NODE = O_PATH | constants.O_NOFOLLOW;
const READ_CHUNK = 1 << 18;
const MAX_NOTES = 100;
/** What the unpacking side accepts; deeper trees would make archives that nobody can read again. */
const MAX_PATH = 4_000;
const MAX_DEPTH = 480;
const SECOND = 1_000_000_000n;
const NO_XATTRS: ReadonlyMap<string, string> = new Map();

interface Level {
  fd: number;
  device: bigint;
  /** Still to do, last one first. */
  names: string[];
  /** `''` or ends in a slash. */
  prefix: string;
}

/**
 * Turns a tree into the bytes of a tar, in the process that is locked into it. Every name is opened once as a node, and what
 * is read is that node, whatever happens to its name meanwhile: a writer inside the tree cannot send the walk elsewhere.
 */
export class TreeWalker implements Disposable {
  readonly notes: string[] = [];
  entries = 0;
  /** The entry being packed, a byte string. */
  name = '';
  readonly #request: PackRequest;
  /** `/proc/self/fd`, opened before the root was entered: a node becomes readable through it. */
  readonly #procFd: number;
  readonly #rootFd: number;
  readonly #levels: Level[] = [];
  /** First names of files with several, by device and inode. */
  readonly #links = new Map<string, string>();
  /** Where the top is, absolute in the tree. */
  #topPath = '';

  constructor(request: PackRequest, fds: { rootFd: number; procFd: number }) {
    this.#request = request;
    this.#rootFd = fds.rootFd;
    this.#procFd = fds.procFd;
  }

  /** Everything but the end mark. @throws EngineError `not_found`, `invalid_argument`, `unsupported` (a path deeper than archives may hold) */
  *pack(): Generator<Buffer> {
    const { path, as } = this.#request;
    const top = tryOpenInView(
      this.#rootFd,
      Buffer.from(meansFolder(path) ? `${path}/.` : path).toString('latin1'),
      NODE,
    );
    if (typeof top === 'string') throw notFound(path, top);
    try {
      const isFolder = fstatSync(top).isDirectory();
      this.#topPath = readLinkAt(this.#procFd, String(top)).replace(/\/$/, '');
      if (as === '' && !isFolder) {
        throw new EngineError('invalid_argument', `A name is needed for what is no folder (${path})`, {
          reason: 'pack_name_missing',
          path,
        });
      }
      yield* this.#node(top, bytesOf(as));
    } finally {
      closeSync(top);
    }
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      const name = level.names.pop();
      if (name === undefined) {
        this.#levels.pop();
        closeSync(level.fd);
      } else {
        yield* this.#child(level, name);
      }
    }
  }

  [Symbol.dispose](): void {
    for (const { fd } of this.#levels.splice(0)) closeSync(fd);
    closeSync(this.#procFd);
  }

  *#child(level: Level, name: string): Generator<Buffer> {
    const path = level.prefix + name;
    if (path.length > MAX_PATH || this.#levels.length > MAX_DEPTH) {
      throw new EngineError('unsupported', `A name is too long or too deep to be packed (${readableName(path)})`, {
        reason: 'pack_path_too_long',
        path: readableName(path),
      });
    }
    const fd = tryOpenAt(level.fd, name, NODE);
    if (fd === 'ENOENT') {
      this.#note(path, 'vanished');
      return;
    }
    const node = typeof fd === 'number' ? fd : openAt(level.fd, name, NODE);
    try {
      yield* this.#node(node, path);
    } finally {
      closeSync(node);
    }
  }

  *#node(fd: number, path: string): Generator<Buffer> {
    const stat = fstatSync(fd, { bigint: true });
    this.name = path;
    if (this.#request.form === 'layer' && path !== '') {
      if (stat.isCharacterDevice() && stat.rdev === 0n) {
        yield this.#header(this.#member(stat, 'file', whiteoutOf(path)));
        return;
      }
      if (baseOf(path).startsWith('.wh.')) {
        // In a layer it would delete something.
        this.#note(path, 'left out: the name means a deletion in a layer');
        return;
      }
    }
    if (stat.isDirectory()) yield* this.#folder(fd, stat, path);
    else if (stat.isSocket()) this.#note(path, 'left out: a socket');
    else yield* this.#leaf(fd, stat, path);
  }

  *#folder(node: number, stat: BigIntStats, path: string): Generator<Buffer> {
    const fd = openAt(this.#procFd, String(node), constants.O_RDONLY | constants.O_DIRECTORY);
    const above = this.#levels.at(-1);
    const level: Level = { fd, device: stat.dev, names: [], prefix: below(path) };
    this.#levels.push(level);
    const isTop = above === undefined;
    if (!isTop || !this.#request.omitTop) {
      const name = path === '' ? './' : below(path);
      yield this.#header({ ...this.#member(stat, 'folder', name), xattrs: this.#xattrs(fd, path) });
    }
    if (above !== undefined && stat.dev !== above.device && !this.#entersMount(path)) {
      this.#note(path, 'is a mount, packed as an empty folder');
      return;
    }
    if (this.#request.form === 'layer' && getAttribute(fd, OPAQUE) === 'y') {
      yield this.#header(this.#member(stat, 'file', `${level.prefix}.wh..wh..opq`));
    }
    // Bytes compare like latin1 characters; popped from the end.
    level.names = listFolder(fd).sort().reverse();
  }

  #entersMount(path: string): boolean {
    const { as, enterMounts } = this.#request;
    const place = path.slice(bytesOf(as).length).replace(/^\/?/, '/');
    return enterMounts.includes(Buffer.from(this.#topPath + place, 'latin1').toString('utf8'));
  }

  *#leaf(node: number, stat: BigIntStats, path: string): Generator<Buffer> {
    const key = `${stat.dev}:${stat.ino}`;
    const first = stat.nlink > 1n ? this.#links.get(key) : undefined;
    if (first !== undefined) {
      yield this.#header({ ...this.#member(stat, 'hardlink', path), linkName: first });
      return;
    }
    if (stat.nlink > 1n) this.#links.set(key, path);
    if (stat.isFile()) {
      yield* this.#file(node, stat, path);
    } else if (stat.isSymbolicLink()) {
      yield this.#header({ ...this.#member(stat, 'symlink', path), linkName: readLink(node) });
    } else {
      const kind = stat.isFIFO() ? 'fifo' : stat.isCharacterDevice() ? 'char' : 'block';
      const device = kind === 'fifo' ? {} : { major: majorOf(stat.rdev), minor: minorOf(stat.rdev) };
      yield this.#header({ ...this.#member(stat, kind, path), ...device });
    }
  }

  *#file(node: number, stat: BigIntStats, path: string): Generator<Buffer> {
    const fd = openAt(this.#procFd, String(node), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const size = Number(stat.size);
      const mayHaveHoles = this.#request.form === 'exact' && stat.blocks * 512n < stat.size;
      const sparse = mayHaveHoles ? holesOf(fd, size) : undefined;
      const segments = sparse?.segments ?? [{ offset: 0, length: size }];
      const stored = segments.reduce((sum, { length }) => sum + length, 0);
      const member = this.#member(stat, 'file', path);
      yield this.#header({ ...member, size: stored, sparse, xattrs: this.#xattrs(fd, path) });
      yield* this.#data(fd, segments, path);
      yield paddingFor(stored);
    } finally {
      closeSync(fd);
    }
  }

  /** The header has promised a length: a file that shrinks meanwhile is filled up, one that grows is cut. */
  *#data(fd: number, segments: SparseMap['segments'], path: string): Generator<Buffer> {
    for (const { offset, length } of segments) {
      for (let done = 0; done < length; ) {
        const chunk = Buffer.allocUnsafe(Math.min(READ_CHUNK, length - done));
        const count = readSync(fd, chunk, 0, chunk.length, offset + done);
        if (count === 0) this.#note(path, 'became shorter while it was read');
        done += count === 0 ? chunk.length : count;
        yield count === 0 ? chunk.fill(0) : chunk.subarray(0, count);
      }
    }
  }

  #header(member: TarMemberHeader): Buffer {
    this.entries += 1;
    return memberHeader(member);
  }

  #member(stat: BigIntStats, kind: TarMemberHeader['kind'], name: string): TarMemberHeader {
    const exact = this.#request.form === 'exact';
    return {
      kind,
      name,
      mode: Number(stat.mode & 0o7777n),
      uid: Number(stat.uid),
      gid: Number(stat.gid),
      mtimeNs: exact ? stat.mtimeNs : (stat.mtimeNs / SECOND) * SECOND,
      size: 0,
      xattrs: NO_XATTRS,
    };
  }

  #xattrs(fd: number, path: string): ReadonlyMap<string, string> {
    const isKept = this.#request.form === 'exact' ? isTreeAttribute : isLayerAttribute;
    const kept = new Map<string, string>();
    for (const name of listAttributes(fd).filter(isKept).sort()) {
      const value = name.includes('=') ? undefined : getAttribute(fd, name);
      if (value === undefined) this.#note(path, `attribute ${readableName(name)} left out`);
      else kept.set(name, value);
    }
    return kept;
  }

  #note(path: string, words: string): void {
    if (this.notes.length < MAX_NOTES) this.notes.push(`"${readableName(path)}" ${words}`);
  }
}

/** A name of bytes as text, without slashes at its ends; of `/` one stays. */
function bytesOf(text: string): string {
  return text === '/' ? text : Buffer.from(text).toString('latin1').replace(/^\/+/, '').replace(/\/+$/, '');
}

/** What names of the things inside of a folder begin with. */
function below(path: string): string {
  return path === '' || path.endsWith('/') ? path : `${path}/`;
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function whiteoutOf(path: string): string {
  const base = baseOf(path);
  return `${path.slice(0, path.length - base.length)}.wh.${base}`;
}

function notFound(path: string, errno: string): EngineError {
  if (errno === 'ENOENT' || errno === 'ENOTDIR') {
    return new EngineError('not_found', `There is no ${path}`, { reason: 'pack_path_missing', path, errno });
  }
  return new EngineError('invalid_argument', `${path} cannot be opened (${errno})`, {
    reason: 'pack_path_refused',
    path,
    errno,
  });
}
