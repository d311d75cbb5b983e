import { createHash, type Hash } from 'node:crypto';
import { closeSync, ftruncateSync } from 'node:fs';
import { corrupt } from '../corrupt.ts';
import { CREATE, writeAll } from '../file/file-writer.ts';
import { openAt } from '../file/posix.ts';
import type { SpaceGuard } from '../file/space-guard.ts';
import { WriteBehind } from '../file/write-behind.ts';
import { entryPath } from '../tar/entry-path.ts';
import { SparseCursor } from '../tar/sparse-map.ts';
import type { TarEntry } from '../tar/tar-entry.ts';
import type { TarSink } from '../tar/tar-reader.ts';

/** Like `ArchiveEntry`, with the name of the file beneath the target. */
export type ExtractedMember =
  | { type: 'file'; name: string; sizeBytes: number; digest: string; file: string }
  | { type: 'link'; name: string; target: string };

interface OpenFile {
  fd: number;
  name: string;
  hash: Hash;
  behind: WriteBehind;
  /** So far, as a reader of the file counts. */
  size: number;
  file: string;
  sparse: { cursor: SparseCursor; realSize: number } | undefined;
}

const ZEROS = Buffer.alloc(1 << 20);

/** Files of an outer archive, written flat under numbers: no name of the archive becomes a path. */
export class ArchiveExtractor implements TarSink, Disposable {
  readonly members: ExtractedMember[] = [];
  readonly #names = new Set<string>();
  readonly #rootFd: number;
  readonly #guard: SpaceGuard;
  #file: OpenFile | undefined;

  constructor(deps: { rootFd: number; guard: SpaceGuard }) {
    this.#rootFd = deps.rootFd;
    this.#guard = deps.guard;
  }

  onEntry(entry: TarEntry): void {
    this.#guard.addEntry(entry.name, entry.kind === 'file' ? entry.size : 0, entry.sparse?.realSize);
    const name = utf8(entryPath(entry.name).join('/'), entry.name);
    if (entry.kind === 'folder') return;
    if (name === '') throw corrupt('root_not_folder', 'The archive replaces its own root', entry.name);
    if (this.#names.has(name)) throw corrupt('duplicate_entry', 'The archive has an entry twice', entry.name);
    this.#names.add(name);
    if (entry.kind === 'symlink' || entry.kind === 'hardlink') {
      this.members.push({ type: 'link', name, target: utf8(entry.linkName, entry.name) });
    } else if (entry.kind === 'file') {
      const file = String(this.members.length);
      this.members.push({ type: 'file', name, sizeBytes: entry.size, digest: '', file });
      const sparse = entry.sparse && { cursor: new SparseCursor(entry.sparse), realSize: entry.sparse.realSize };
      // Before anything is hashed: a digest is of the zeros in the holes as well.
      if (sparse !== undefined) this.#guard.addHole(sparse.realSize - entry.size, entry.name);
      const fd = openAt(this.#rootFd, file, CREATE, 0o600);
      this.#file = { fd, name, hash: createHash('sha256'), behind: new WriteBehind(fd), size: 0, file, sparse };
    } else {
      throw corrupt('special_file', 'The archive has a device, a FIFO or something unknown', entry.name);
    }
  }

  onData(chunk: Buffer): void {
    if (this.#file === undefined) return;
    const { fd, behind, sparse } = this.#file;
    if (sparse === undefined) {
      this.#file.hash.update(chunk);
      writeAll(fd, chunk);
      this.#file.size += chunk.length;
      behind.add(chunk.length);
    } else {
      for (const { part, position } of sparse.cursor.place(chunk)) {
        hashZeros(this.#file, position);
        this.#file.hash.update(part);
        writeAll(fd, part, position);
        this.#file.size = position + part.length;
      }
    }
    this.#guard.addBytes(chunk.length);
  }

  onEntryEnd(): void {
    if (this.#file === undefined) return;
    const { fd, name, hash, file, sparse } = this.#file;
    if (sparse !== undefined) {
      hashZeros(this.#file, sparse.realSize);
      ftruncateSync(fd, sparse.realSize);
    }
    const { size } = this.#file;
    this.#file = undefined;
    closeSync(fd);
    const digest = `sha256:${hash.digest('hex')}`;
    this.members[this.members.length - 1] = { type: 'file', name, sizeBytes: size, digest, file };
  }

  finish(): void {
    // Nothing is deferred here.
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file.fd);
    closeSync(this.#rootFd);
  }
}

/** Up to this position the file has a hole. */
function hashZeros(file: OpenFile, position: number): void {
  while (file.size < position) {
    const part = ZEROS.subarray(0, position - file.size);
    file.hash.update(part);
    file.size += part.length;
  }
}

function utf8(bytes: string, entry: string): string {
  const buffer = Buffer.from(bytes, 'latin1');
  const text = buffer.toString('utf8');
  if (!Buffer.from(text).equals(buffer)) throw corrupt('name_not_utf8', 'A name in the archive is not UTF-8', entry);
  return text;
}
