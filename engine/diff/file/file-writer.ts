import { closeSync, constants, ftruncateSync, writeSync } from 'node:fs';
import { SparseCursor, type SparseMap } from '../tar/sparse-map.ts';
import { makeInstead } from './folder-chain.ts';
import { openAt } from './posix.ts';
import { WriteBehind } from './write-behind.ts';

export const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** One regular file of a layer while its data arrives: new, opened without following links, holes left out. */
export class FileWriter implements Disposable {
  readonly fd: number;
  readonly #sparse: SparseCursor | undefined;
  readonly #realSize: number;
  readonly #behind: WriteBehind;

  /** What is at the name is removed, never written through. */
  constructor(parent: number, base: string, sparse: SparseMap | undefined) {
    this.fd = makeInstead(parent, base, () => openAt(parent, base, CREATE, 0o600));
    this.#sparse = sparse === undefined ? undefined : new SparseCursor(sparse);
    this.#behind = new WriteBehind(this.fd);
    this.#realSize = sparse?.realSize ?? 0;
  }

  write(chunk: Buffer): void {
    if (this.#sparse !== undefined) {
      for (const { part, position } of this.#sparse.place(chunk)) writeAll(this.fd, part, position);
      return;
    }
    writeAll(this.fd, chunk);
    this.#behind.add(chunk.length);
  }

  /** After the last byte: a hole at the end gets its length. */
  finish(): void {
    if (this.#sparse !== undefined) ftruncateSync(this.fd, this.#realSize);
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}

/** A write may be short, on a full disk above all. */
export function writeAll(fd: number, chunk: Buffer, position?: number): void {
  for (let at = 0; at < chunk.length; ) {
    at += writeSync(fd, chunk, at, chunk.length - at, position === undefined ? null : position + at);
  }
}
