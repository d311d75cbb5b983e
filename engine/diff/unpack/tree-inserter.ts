import { closeSync, fchmodSync, fchownSync, fstatSync } from 'node:fs';
import { EngineError } from '../../errors/index.ts';
import { corrupt, readableName } from '../corrupt.ts';
import { kindAt, makeInstead } from '../file/folder-chain.ts';
import { isLayerAttribute } from '../file/kept-attributes.ts';
import { linkAt, makeFolderAt, OPEN_FOLDER, openAt, setTimes, systemCode, toEngineError } from '../file/posix.ts';
import type { SpaceGuard } from '../file/space-guard.ts';
import { LayerAttributes } from '../layer/layer-attributes.ts';
import { makeNode, makeSymlink } from '../layer/layer-nodes.ts';
import { MemberFile } from '../layer/member-file.ts';
import { entryPath } from '../tar/entry-path.ts';
import type { TarEntry } from '../tar/tar-entry.ts';
import type { TarSink } from '../tar/tar-reader.ts';
import { assertWritable, openFolderInView, openInView, tryOpenInView } from '../tree/tree-view.ts';

/** Where an archive goes in a tree that is there already. */
export interface InsertTarget {
  /** An existing folder, from the tree's root. */
  path: string;
  /** Refuse a file in the place of a folder and the other way round, which otherwise replaces it. */
  noOverwriteDirNonDir: boolean;
  /** Owner of everything that is made, instead of what the archive says. */
  owner: { uid: number; gid: number } | undefined;
}

/**
 * Puts the members of an archive into a tree that is in use. Links on the way to a member are followed, inside the tree's root
 * only, as the programs in there would; the member itself replaces what is at its name and is never written through.
 */
export class TreeInserter implements TarSink, Disposable {
  readonly #attributes = new LayerAttributes(isLayerAttribute);
  readonly #rootFd: number;
  readonly #guard: SpaceGuard;
  readonly #target: InsertTarget;
  readonly #base: string;
  /** The folder worked in. */
  #parent: { path: string; fd: number } | undefined;
  readonly #file: MemberFile;
  /** Set last: making something inside changes them. */
  readonly #folderTimes: { path: string; mtimeNs: bigint }[] = [];

  /** @throws EngineError `not_found`, `invalid_argument` (no folder), `denied` (read-only) */
  constructor(deps: { rootFd: number; guard: SpaceGuard; target: InsertTarget }) {
    this.#rootFd = deps.rootFd;
    this.#guard = deps.guard;
    this.#file = new MemberFile({ attributes: this.#attributes, guard: deps.guard });
    this.#target = deps.target;
    // Without the dot a link at the end would be refused; it leads into the root like every other one.
    this.#base = Buffer.from(`${deps.target.path}/.`).toString('latin1');
    const fd = tryOpenInView(this.#rootFd, this.#base, OPEN_FOLDER);
    if (typeof fd === 'string') throw noFolder(deps.target.path, fd);
    try {
      assertWritable(this.#rootFd, fd);
    } finally {
      closeSync(fd);
    }
  }

  get notes(): string[] {
    return this.#attributes.notes;
  }

  onEntry(original: TarEntry): void {
    const entry = { ...original, ...this.#target.owner };
    this.#guard.addEntry(entry.name, entry.kind === 'file' ? entry.size : 0, entry.sparse?.realSize);
    const path = entryPath(entry.name);
    const base = path.pop();
    try {
      if (base === undefined) this.#describe(entry, openInView(this.#rootFd, this.#base, OPEN_FOLDER), '');
      else this.#make(entry, path, base);
    } catch (error) {
      throw named(error, entry);
    }
  }

  onData(chunk: Buffer): void {
    this.#file.write(chunk);
  }

  onEntryEnd(): void {
    this.#file.end();
  }

  finish(): void {
    for (const { path, mtimeNs } of this.#folderTimes.reverse()) {
      const fd = tryOpenInView(this.#rootFd, path, OPEN_FOLDER);
      // Somebody inside has moved it meanwhile.
      if (typeof fd === 'string') continue;
      setTimes(fd, mtimeNs);
      closeSync(fd);
    }
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
    if (this.#parent !== undefined) closeSync(this.#parent.fd);
  }

  #make(entry: TarEntry, path: readonly string[], base: string): void {
    const parent = this.#enter(path);
    this.#assertReplaceable(entry, parent, base);
    switch (entry.kind) {
      case 'folder':
        if (kindAt(parent, base) !== 'folder') makeInstead(parent, base, () => makeFolderAt(parent, base));
        this.#describe(entry, openAt(parent, base, OPEN_FOLDER), [...path, base].join('/'));
        break;
      case 'file':
        this.#file.begin(entry, parent, base);
        break;
      case 'symlink':
        makeSymlink(entry, parent, base);
        break;
      case 'hardlink':
        this.#link(entry, path, base);
        break;
      case 'char':
      case 'block':
      case 'fifo':
        makeNode(entry, entry.kind, parent, base);
        break;
      case 'unknown':
        this.#attributes.note(`"${readableName(entry.name)}" skipped: unknown type ${JSON.stringify(entry.typeFlag)}`);
    }
  }

  /** Takes the descriptor over. */
  #describe(entry: TarEntry, fd: number, path: string): void {
    try {
      this.#attributes.set(fd, entry);
    } finally {
      closeSync(fd);
    }
    this.#folderTimes.push({ path: `${this.#base}/${path}`, mtimeNs: entry.mtimeNs });
  }

  /** Missing folders on the way belong to root, as `mkdir -p` makes them, or to the owner that was given. */
  #enter(path: readonly string[]): number {
    const wanted = path.join('/');
    if (this.#parent?.path === wanted) return this.#parent.fd;
    if (this.#parent !== undefined) closeSync(this.#parent.fd);
    this.#parent = undefined;
    const { owner } = this.#target;
    const fd = openFolderInView(this.#rootFd, `${this.#base}/${wanted}`, (made) => {
      if (owner !== undefined) fchownSync(made, owner.uid, owner.gid);
      fchmodSync(made, 0o755);
    });
    this.#parent = { path: wanted, fd };
    return fd;
  }

  #link(entry: TarEntry, path: readonly string[], base: string): void {
    const target = entryPath(entry.linkName);
    const name = target.pop();
    if (name === undefined) throw corrupt('hardlink_target', 'A hard link points to the root', entry.name);
    const from = tryOpenInView(this.#rootFd, `${this.#base}/${target.join('/')}`, OPEN_FOLDER);
    if (typeof from === 'string') throw missingTarget(entry);
    try {
      const kind = kindAt(from, name);
      if (kind === 'missing') throw missingTarget(entry);
      if (kind === 'folder') throw corrupt('hardlink_target', 'A hard link points to a folder', entry.name);
      const parent = this.#enter(path);
      if (name === base && sameFolder(from, parent)) return;
      makeInstead(parent, base, () => linkAt({ folder: from, name }, parent, base));
    } finally {
      closeSync(from);
    }
  }

  #assertReplaceable(entry: TarEntry, parent: number, base: string): void {
    if (!this.#target.noOverwriteDirNonDir) return;
    const kind = kindAt(parent, base);
    if (kind === 'missing' || (kind === 'folder') === (entry.kind === 'folder')) return;
    const [old, made] = kind === 'folder' ? ['directory', 'non-directory'] : ['non-directory', 'directory'];
    const name = readableName(entry.name);
    throw new EngineError('invalid_argument', `cannot overwrite ${old} "${name}" with ${made} "${name}"`, {
      reason: 'copy_overwrites_other_kind',
      entry: name,
    });
  }
}

function sameFolder(a: number, b: number): boolean {
  const [one, other] = [fstatSync(a), fstatSync(b)];
  return one.dev === other.dev && one.ino === other.ino;
}

function missingTarget(entry: TarEntry): EngineError {
  return corrupt('hardlink_target', 'A hard link points to a file that is not there', entry.name);
}

function noFolder(path: string, errno: string): EngineError {
  if (errno === 'ENOENT') return new EngineError('not_found', `There is no ${path}`, { reason: 'path_missing', path });
  return new EngineError('invalid_argument', 'extraction point is not a directory', {
    reason: 'path_not_folder',
    path,
    errno,
  });
}

/** The kernel's refusals with the entry they are about. */
function named(error: unknown, entry: TarEntry): unknown {
  const name = readableName(entry.name);
  const code = systemCode(error);
  if (error instanceof EngineError || code === undefined) return error;
  if (code === 'EROFS') {
    return new EngineError('denied', 'mounted volume is marked read-only', { reason: 'volume_read_only', entry: name });
  }
  if (code === 'EBUSY') {
    return new EngineError('in_use', `"${name}" is a mount and cannot be replaced`, {
      reason: 'copy_onto_mount',
      entry: name,
    });
  }
  if (code === 'ENOTDIR' || code === 'ELOOP') {
    const message = `The way to "${name}" leads through something that is not a directory`;
    return new EngineError('invalid_argument', message, { reason: 'parent_not_folder', entry: name });
  }
  return toEngineError(error, name);
}
