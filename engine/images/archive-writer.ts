import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { EngineError } from '../errors/index.ts';

const BLOCK = 512;
/** Two empty blocks end an archive (POSIX.1 pax, ustar interchange format). */
const END = Buffer.alloc(BLOCK * 2);

/** Writes the few plain members an image archive has; names are ours and shorter than a header's 100 bytes. */
export class ArchiveWriter {
  readonly #out: Writable;
  readonly #signal: AbortSignal | undefined;
  readonly #mtime: Date;

  /** @param mtime of every member: the same images give the same bytes */
  constructor(out: Writable, opts: { mtime: Date; signal?: AbortSignal | undefined }) {
    this.#out = out;
    this.#signal = opts.signal;
    this.#mtime = opts.mtime;
  }

  async folder(name: string): Promise<void> {
    await this.#write(header({ name: `${name}/`, typeFlag: '5', sizeBytes: 0, mode: 0o755, mtime: this.#mtime }));
  }

  async file(name: string, content: Buffer | string): Promise<void> {
    const bytes = Buffer.from(content);
    await this.member(name, bytes.length, async (write) => write(bytes));
  }

  /** @throws EngineError `data_corrupt` when `fill` writes another number of bytes than was announced */
  async member(
    name: string,
    sizeBytes: number,
    fill: (write: (chunk: Buffer) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    await this.#write(header({ name, typeFlag: '0', sizeBytes, mode: 0o644, mtime: this.#mtime }));
    let written = 0;
    await fill(async (chunk) => {
      written += chunk.length;
      await this.#write(chunk);
    });
    if (written !== sizeBytes) {
      throw new EngineError('data_corrupt', `${name} has ${written} bytes and not ${sizeBytes}`, {
        reason: 'size_mismatch',
      });
    }
    const rest = sizeBytes % BLOCK;
    if (rest > 0) await this.#write(Buffer.alloc(BLOCK - rest));
  }

  async end(): Promise<void> {
    await this.#write(END);
    this.#out.end();
  }

  async #write(chunk: Buffer): Promise<void> {
    this.#signal?.throwIfAborted();
    if (this.#out.destroyed) throw new EngineError('cancelled', 'Nobody reads the archive any more');
    if (this.#out.write(chunk)) return;
    // A reader that goes away ends the wait too; the next write then says so.
    const waiting = new AbortController();
    try {
      await Promise.race(['drain', 'close'].map((event) => once(this.#out, event, { signal: waiting.signal })));
    } finally {
      waiting.abort();
    }
  }
}

interface Member {
  name: string;
  typeFlag: '0' | '5';
  sizeBytes: number;
  mode: number;
  mtime: Date;
}

/** A ustar header; sizes that eleven octal digits do not hold are written in base 256, as GNU and Go read them. */
function header({ name, typeFlag, sizeBytes, mode, mtime }: Member): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100, 'latin1');
  octal(block, 100, 8, mode);
  octal(block, 108, 8, 0);
  octal(block, 116, 8, 0);
  if (sizeBytes < 8 ** 11) octal(block, 124, 12, sizeBytes);
  else {
    block.writeUInt8(0x80, 124);
    block.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
  octal(block, 136, 12, Math.max(0, Math.floor(mtime.getTime() / 1000)));
  block.write(typeFlag, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function octal(block: Buffer, at: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
}
