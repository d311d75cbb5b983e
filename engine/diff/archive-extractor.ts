import { createHash, type Hash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { corrupt } from './corrupt.ts';
import { entryPath } from './entry-path.ts';
import { CREATE, writeAll } from './file-writer.ts';
import { openAt } from './posix.ts';
import type { SpaceGuard } from './space-guard.ts';
import type { TarEntry } from './tar-entry.ts';
import type { TarSink } from './tar-reader.ts';

/** Like `ArchiveEntry`, with the name of the file beneath the target. */
export type ExtractedMember =
  | { type: 'file'; name: string; sizeBytes: number; digest: string; file: string }
  | { type: 'link'; name: string; target: string };

/** Files of an outer archive, written flat under numbers: no name of the archive becomes a path. */
export class ArchiveExtractor implements TarSink, Disposable {
  readonly members: ExtractedMember[] = [];
  readonly #names = new Set<string>();
  readonly #rootFd: number;
  readonly #guard: SpaceGuard;
  #file: { fd: number; name: string; hash: Hash; size: number; file: string } | undefined;

  constructor(deps: { rootFd: number; guard: SpaceGuard }) {
    this.#rootFd = deps.rootFd;
    this.#guard = deps.guard;
  }

  onEntry(entry: TarEntry): void {
    this.#guard.addEntry(entry.name, entry.kind === 'file' ? entry.size : 0);
    const name = utf8(entryPath(entry.name).join('/'), entry.name);
    if (entry.kind === 'folder') return;
    if (entry.sparse !== undefined) {
      throw corrupt('sparse_unsupported', 'A file of the outer archive is sparse', entry.name);
    }
    if (name === '') throw corrupt('root_not_folder', 'The archive replaces its own root', entry.name);
    if (this.#names.has(name)) throw corrupt('duplicate_entry', 'The archive has an entry twice', entry.name);
    this.#names.add(name);
    if (entry.kind === 'symlink' || entry.kind === 'hardlink') {
      this.members.push({ type: 'link', name, target: utf8(entry.linkName, entry.name) });
    } else if (entry.kind === 'file') {
      const file = String(this.members.length);
      this.members.push({ type: 'file', name, sizeBytes: entry.size, digest: '', file });
      this.#file = { fd: openAt(this.#rootFd, file, CREATE, 0o600), name, hash: createHash('sha256'), size: 0, file };
    } else {
      throw corrupt('special_file', 'The archive has a device, a FIFO or something unknown', entry.name);
    }
  }

  onData(chunk: Buffer): void {
    if (this.#file === undefined) return;
    this.#file.hash.update(chunk);
    writeAll(this.#file.fd, chunk);
    this.#file.size += chunk.length;
    this.#guard.addBytes(chunk.length);
  }

  onEntryEnd(): void {
    if (this.#file === undefined) return;
    const { fd, name, hash, size, file } = this.#file;
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

function utf8(bytes: string, entry: string): string {
  const buffer = Buffer.from(bytes, 'latin1');
  const text = buffer.toString('utf8');
  if (!Buffer.from(text).equals(buffer)) throw corrupt('name_not_utf8', 'A name in the archive is not UTF-8', entry);
  return text;
}
