import { createHash } from 'node:crypto';
import { BLOCK } from './tar-header.ts';
import { END_OF_TAR, globalComment } from './tar-writer.ts';

const MARK = 'davit-seal sha256:';
/** A global header, its data and the end mark. */
const SEAL_BYTES = 2 * BLOCK + END_OF_TAR.length;

/**
 * Ends an archive with the digest of all bytes before, in a comment that other readers of tars ignore: such a file proves
 * by itself that it is whole.
 *
 * @param hex SHA-256 of everything before the seal
 */
export function sealOf(hex: string): Buffer {
  return Buffer.concat([globalComment(`${MARK}${hex}`), END_OF_TAR]);
}

/** Looks for the seal in the bytes of an uncompressed tar as they pass. */
export class SealCheck {
  readonly #hash = createHash('sha256');
  #tail: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    const all = Buffer.concat([this.#tail, chunk]);
    const settled = Math.max(0, all.length - SEAL_BYTES);
    this.#hash.update(all.subarray(0, settled));
    this.#tail = Buffer.from(all.subarray(settled));
  }

  /** After the last byte. */
  result(): 'whole' | 'broken' | 'none' {
    if (this.#tail.equals(sealOf(this.#hash.digest('hex')))) return 'whole';
    return this.#tail.includes(MARK) ? 'broken' : 'none';
  }
}
