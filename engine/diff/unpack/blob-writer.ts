import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, constants, fsyncSync, openSync } from 'node:fs';
import { createGzip, type Gzip } from 'node:zlib';
import { writeAll } from '../file/file-writer.ts';
import { WriteBehind } from '../file/write-behind.ts';
import type { Compression } from '../layer/layer-applier.ts';

const CHUNK = 1 << 18;
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

/** Fast: it runs beside the unpacking, and more effort gains a few percent for several times the time. */
const LEVEL = 1;

/** How the blob of a layer is stored, given how it came: no media type of OCI stands for xz or bzip2. */
export function storedCompression(source: Compression, wanted: 'keep' | 'gzip'): 'none' | 'gzip' | 'zstd' {
  if (source === 'gzip' || source === 'zstd') return source;
  return source === 'none' && wanted === 'keep' ? 'none' : 'gzip';
}

/** Writes the stored form of a layer beside unpacking it: the bytes as read, or the tar compressed again. */
export class BlobWriter implements Disposable {
  readonly recompresses: boolean;
  readonly #fd: number;
  readonly #behind: WriteBehind;
  readonly #hash: Hash = createHash('sha256');
  readonly #gzip: Gzip | undefined;
  #sizeBytes = 0;
  #failure: unknown;

  constructor(path: string, opts: { recompress: boolean }) {
    this.recompresses = opts.recompress;
    this.#fd = openSync(path, CREATE, 0o600);
    this.#behind = new WriteBehind(this.#fd);
    if (!opts.recompress) return;
    this.#gzip = createGzip({ chunkSize: CHUNK, level: LEVEL });
    this.#gzip.on('data', (chunk: Buffer) => this.#write(chunk));
    this.#gzip.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  /** The bytes as read, or the uncompressed tar when `recompresses`. */
  async push(chunk: Buffer): Promise<void> {
    if (this.#gzip === undefined) this.#write(chunk);
    else if (!this.#gzip.write(chunk)) await once(this.#gzip, 'drain');
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** All of it is on the disk after this. */
  async finish(): Promise<{ digest: string; sizeBytes: number }> {
    if (this.#gzip !== undefined) {
      const ended = once(this.#gzip, 'end');
      this.#gzip.end();
      await ended;
    }
    if (this.#failure !== undefined) throw this.#failure;
    fsyncSync(this.#fd);
    return { digest: `sha256:${this.#hash.digest('hex')}`, sizeBytes: this.#sizeBytes };
  }

  [Symbol.dispose](): void {
    this.#gzip?.destroy();
    closeSync(this.#fd);
  }

  #write(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    try {
      writeAll(this.#fd, chunk);
      this.#behind.add(chunk.length);
      this.#hash.update(chunk);
      this.#sizeBytes += chunk.length;
    } catch (error) {
      // Thrown inside a stream's listener it would end the process without a word.
      this.#failure = error;
    }
  }
}
