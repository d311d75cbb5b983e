import { closeSync, constants, fchmodSync, fchownSync, fstatSync, readSync, writeSync } from 'node:fs';
import { corrupt, readableName } from './corrupt.ts';
import { entryPath, layerName } from './entry-path.ts';
import { FolderChain, kindAt, removeTreeAt } from './folder-chain.ts';
import type { LowerLayers } from './lower-layers.ts';
import {
  changeFolder,
  chmodAt,
  chownAt,
  getAttribute,
  linkAt,
  listAttributes,
  makeFolderAt,
  makeNodeAt,
  OPEN_FOLDER,
  openAt,
  setAttribute,
  setTimes,
  setTimesAt,
  symlinkAt,
  systemCode,
} from './posix.ts';
import type { SpaceGuard } from './space-guard.ts';
import type { TarEntry } from './tar-entry.ts';
import type { TarSink } from './tar-reader.ts';

const OPAQUE = 'trusted.overlay.opaque';
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const MAX_XATTR_BYTES = 65_536;
const MAX_NOTES = 100;
const NODE_TYPES = { char: constants.S_IFCHR, block: constants.S_IFBLK, fifo: constants.S_IFIFO } as const;

/**
 * Makes the members of a layer's tar in a folder, as an overlay layer. Every parent is a real folder opened without following
 * links; what is in the way is removed, never written through.
 */
export class LayerExtractor implements TarSink, Disposable {
  readonly notes: string[] = [];
  readonly #chain: FolderChain;
  readonly #lower: LowerLayers;
  readonly #guard: SpaceGuard;
  #file: { fd: number; entry: TarEntry } | undefined;
  #rootIsOpaque = false;

  constructor(deps: { rootFd: number; lower: LowerLayers; guard: SpaceGuard }) {
    this.#chain = new FolderChain(deps.rootFd);
    this.#lower = deps.lower;
    this.#guard = deps.guard;
  }

  onEntry(entry: TarEntry): void {
    this.#guard.addEntry(entry.name, entry.kind === 'file' ? entry.size : 0);
    const name = layerName(entry.name);
    if (name.type === 'ignored') return;
    if (name.type === 'root') this.#setRoot(entry);
    else if (name.type === 'opaque') this.#hideLower(entry, name.parent);
    else if (name.type === 'whiteout') whiteOut(this.#enterParent(entry, name.parent), name.base);
    else this.#make(entry, name.parent, name.base);
  }

  #make(entry: TarEntry, path: readonly string[], base: string): void {
    const parent = this.#enterParent(entry, path);
    switch (entry.kind) {
      case 'folder':
        this.#makeFolder(entry, parent, path, base);
        break;
      case 'file':
        this.#beginFile(entry, parent, base);
        break;
      case 'symlink':
        makeSymlink(entry, parent, base);
        break;
      case 'hardlink':
        this.#makeHardLink(entry, path, base);
        break;
      case 'char':
      case 'block':
      case 'fifo':
        makeNode(entry, entry.kind, parent, base);
        break;
      case 'unknown':
        this.#note(`"${readableName(entry.name)}" skipped: unknown type ${JSON.stringify(entry.typeFlag)}`);
    }
  }

  onData(chunk: Buffer): void {
    if (this.#file === undefined) return;
    writeAll(this.#file.fd, chunk);
    this.#guard.addBytes(chunk.length);
  }

  onEntryEnd(): void {
    if (this.#file === undefined) return;
    const { fd, entry } = this.#file;
    this.#file = undefined;
    try {
      this.#setAttributes(fd, entry);
      setTimes(fd, entry.mtimeNs);
    } finally {
      closeSync(fd);
    }
  }

  /** After the last member: folder times, and the lower root hidden where the layer asks for it. */
  finish(): void {
    const root = this.#chain.enter([]);
    if (!this.#rootIsOpaque || root === undefined) return;
    // Overlay ignores the mark on its root folder, so each name of the lower roots is hidden by itself.
    const names = this.#lower.rootNames();
    changeFolder(root);
    for (const name of names) whiteOut(root, name);
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file.fd);
    this.#chain[Symbol.dispose]();
  }

  #enterParent(entry: TarEntry, path: readonly string[]): number {
    const fd = this.#chain.enter(path, (folder, made) => this.#copyFolderAttributes(folder, made));
    if (fd === undefined) {
      throw corrupt('parent_not_folder', 'A folder on the way to an entry is a link or a file', entry.name);
    }
    return fd;
  }

  /** A folder no entry describes looks as it does in the layers below; overlay would show ours instead of theirs. */
  #copyFolderAttributes(fd: number, path: readonly string[]): void {
    const lower = this.#lower.openFolder(path);
    if (lower === undefined) return;
    try {
      copyAttributes(lower, fd);
    } finally {
      closeSync(lower);
    }
  }

  #setRoot(entry: TarEntry): void {
    if (entry.kind !== 'folder') throw corrupt('root_not_folder', 'The archive replaces its own root', entry.name);
    this.#chain.enter([]);
    this.#setAttributes(this.#chain.rootFd, entry);
    this.#chain.setMtime(entry.mtimeNs);
  }

  #hideLower(entry: TarEntry, path: readonly string[]): void {
    const fd = this.#enterParent(entry, path);
    if (path.length === 0) this.#rootIsOpaque = true;
    else setAttribute(fd, OPAQUE, 'y');
  }

  #makeFolder(entry: TarEntry, parent: number, path: readonly string[], base: string): void {
    const before = kindAt(parent, base);
    if (before !== 'folder') {
      if (before !== 'missing') removeTreeAt(parent, base);
      makeFolderAt(parent, base);
    }
    const fd = this.#enterParent(entry, [...path, base]);
    // Something of this layer was here and had replaced the lower folder: that one stays hidden.
    if (before !== 'folder' && before !== 'missing') setAttribute(fd, OPAQUE, 'y');
    this.#setAttributes(fd, entry);
    this.#chain.setMtime(entry.mtimeNs);
  }

  #beginFile(entry: TarEntry, parent: number, base: string): void {
    removeExisting(parent, base);
    this.#file = { fd: openAt(parent, base, CREATE, 0o600), entry };
  }

  #makeHardLink(entry: TarEntry, path: readonly string[], base: string): void {
    const target = entryPath(entry.linkName);
    const targetBase = target.at(-1);
    if (targetBase === undefined) throw corrupt('hardlink_target', 'A hard link points to the root', entry.name);
    if (target.join('/') === [...path, base].join('/')) {
      throw corrupt('hardlink_target', 'A hard link points to itself', entry.name);
    }
    const targetParent = this.#chain.enter(target.slice(0, -1));
    const kind = targetParent === undefined ? 'missing' : kindAt(targetParent, targetBase);
    if (targetParent === undefined || kind === 'missing') {
      this.#copyUp(entry, target, path, base);
      return;
    }
    if (kind !== 'file' && kind !== 'symlink') {
      throw corrupt('hardlink_target', 'A hard link points to something that is no file', entry.name);
    }
    const from = openAt(targetParent, '.', OPEN_FOLDER);
    try {
      const parent = this.#enterParent(entry, path);
      removeExisting(parent, base);
      linkAt({ folder: from, name: targetBase }, parent, base);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      throw corrupt('hardlink_target', 'A hard link replaces the folder of its target', entry.name, error);
    } finally {
      closeSync(from);
    }
  }

  /** The target is in a lower layer: that inode belongs to another layer, so this one gets the target and the link of its own. */
  #copyUp(entry: TarEntry, target: readonly string[], path: readonly string[], base: string): void {
    const lower = this.#lower.openFile(target);
    if (lower === undefined) {
      throw corrupt('hardlink_target', 'A hard link points to a file that is not there', entry.name);
    }
    try {
      const size = fstatSync(lower).size;
      this.#guard.addEntry(entry.name, size);
      const targetBase = target.at(-1) ?? '';
      const targetParent = this.#enterParent(entry, target.slice(0, -1));
      const fd = openAt(targetParent, targetBase, CREATE, 0o600);
      try {
        this.#copyData(lower, fd);
        copyAttributes(lower, fd);
      } finally {
        closeSync(fd);
      }
    } finally {
      closeSync(lower);
    }
    this.#makeHardLink(entry, path, base);
  }

  #copyData(from: number, to: number): void {
    const buffer = Buffer.allocUnsafe(1 << 18);
    for (;;) {
      const count = readSync(from, buffer);
      if (count === 0) return;
      writeAll(to, buffer.subarray(0, count));
      this.#guard.addBytes(count);
    }
  }

  #setAttributes(fd: number, entry: TarEntry): void {
    // In this order: a change of owner drops setuid bits and capabilities.
    fchownSync(fd, entry.uid, entry.gid);
    fchmodSync(fd, entry.mode);
    for (const [name, value] of entry.xattrs) this.#setXattr(fd, entry, name, value);
  }

  #setXattr(fd: number, entry: TarEntry, name: string, value: string): void {
    const shown = `attribute ${readableName(name)} of "${readableName(entry.name)}"`;
    if (!isKeptAttribute(name)) {
      this.#note(`${shown} dropped`);
      return;
    }
    if (value.length > MAX_XATTR_BYTES) throw corrupt('attribute_too_large', `The ${shown} is too large`, entry.name);
    try {
      setAttribute(fd, name, value);
    } catch (error) {
      const code = systemCode(error);
      if (name === 'security.capability') {
        if (code !== 'EINVAL') throw error;
        throw corrupt('capability_invalid', 'The archive has unreadable file capabilities', entry.name, error);
      }
      // Some file systems keep no user attributes, or only small ones, and say so in many ways.
      this.#note(`${shown} dropped: ${code ?? 'unknown error'}`);
    }
  }

  #note(text: string): void {
    if (this.notes.length < MAX_NOTES) this.notes.push(text);
  }
}

/** Overlay's own marks and the names of security modules mean something to this host, not to the image. */
function isKeptAttribute(name: string): boolean {
  if (name.length > 255) return false;
  return name === 'security.capability' || (name.startsWith('user.') && !name.startsWith('user.overlay.'));
}

function copyAttributes(from: number, to: number): void {
  const stat = fstatSync(from, { bigint: true });
  fchownSync(to, Number(stat.uid), Number(stat.gid));
  fchmodSync(to, Number(stat.mode & 0o7777n));
  for (const name of listAttributes(from).filter(isKeptAttribute)) {
    const value = getAttribute(from, name);
    if (value !== undefined) setAttribute(to, name, value);
  }
  setTimes(to, stat.mtimeNs);
}

/** Hides a name of the lower layers. What this layer itself has there stays (OCI image-spec, layer.md §Whiteouts). */
function whiteOut(parent: number, name: string): void {
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

function removeExisting(parent: number, base: string): void {
  if (kindAt(parent, base) !== 'missing') removeTreeAt(parent, base);
}

function makeSymlink(entry: TarEntry, parent: number, base: string): void {
  if (entry.linkName === '') throw corrupt('symlink_empty', 'A symbolic link points to nothing', entry.name);
  removeExisting(parent, base);
  symlinkAt(entry.linkName, parent, base);
  chownAt(parent, base, entry.uid, entry.gid);
  setTimesAt(parent, base, entry.mtimeNs);
}

function makeNode(entry: TarEntry, kind: keyof typeof NODE_TYPES, parent: number, base: string): void {
  if (kind === 'char' && entry.major === 0 && entry.minor === 0) {
    throw corrupt('device_whiteout', 'The archive has a device that overlay reads as a deletion', entry.name);
  }
  if (entry.major > 0xfff || entry.minor > 0xf_ff_ff) {
    throw corrupt('device_number', 'A device number in the archive is out of range', entry.name);
  }
  removeExisting(parent, base);
  makeNodeAt(parent, base, NODE_TYPES[kind] | 0o600, entry.major, entry.minor);
  chownAt(parent, base, entry.uid, entry.gid);
  chmodAt(parent, base, entry.mode);
  setTimesAt(parent, base, entry.mtimeNs);
}

/** A write may be short, on a full disk above all. */
export function writeAll(fd: number, chunk: Buffer): void {
  for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
}
