import { corrupt } from '../corrupt.ts';
import { isSkippableMagic, isZstdMagic } from './compression.ts';

const MAX_WINDOW_BYTES = 2 ** 27;

/**
 * Cuts a zstd stream at its frames (RFC 8878 §3.1): no chunk it yields crosses the end of a frame, and skippable frames
 * are left out. Node's decoder drops what follows a frame within one chunk, and cannot begin with a skippable frame.
 *
 * @throws EngineError `data_corrupt` for a window above 128 MiB, bytes that are no frame, or an early end
 */
export async function* zstdFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const frames = new FrameCutter();
  for await (const chunk of chunks) yield* frames.push(chunk);
  frames.end();
}

type Want = 'magic' | 'descriptor' | 'header' | 'block' | 'skip-size';

class FrameCutter {
  #want: Want = 'magic';
  #needed = 4;
  #field: Buffer = Buffer.alloc(0);
  /** Bytes to pass on, or to leave out, before the next field. */
  #body = 0;
  #dropBody = false;
  #descriptor = 0;
  #held: Buffer[] = [];

  *push(chunk: Buffer): Generator<Buffer> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body > 0) {
        const part = chunk.subarray(at, at + this.#body);
        this.#body -= part.length;
        at += part.length;
        if (!this.#dropBody) yield part;
        continue;
      }
      const part = chunk.subarray(at, at + this.#needed - this.#field.length);
      at += part.length;
      this.#field = Buffer.concat([this.#field, part]);
      if (this.#field.length < this.#needed) continue;
      const field = this.#field;
      this.#field = Buffer.alloc(0);
      yield* this.#take(field);
    }
  }

  end(): void {
    if (this.#want !== 'magic' || this.#field.length > 0 || this.#body > 0) {
      throw corrupt('truncated', 'The compressed data ends too early');
    }
  }

  *#take(field: Buffer): Generator<Buffer> {
    switch (this.#want) {
      case 'magic':
        return this.#magic(field);
      case 'skip-size':
        this.#skip(field.readUInt32LE(0), true);
        return this.#expect('magic', 4);
      case 'descriptor':
        this.#descriptor = field[0] ?? 0;
        this.#held.push(field);
        return this.#expect('header', headerBytes(this.#descriptor));
      case 'header':
        checkWindow(field, this.#descriptor);
        yield Buffer.concat([...this.#held, field]);
        this.#held = [];
        return this.#expect('block', 3);
      case 'block':
        yield field;
        return this.#block(field.readUIntLE(0, 3));
    }
  }

  #magic(field: Buffer): void {
    const magic = field.readUInt32LE(0);
    if (!isZstdMagic(magic)) throw corrupt('trailing_garbage', 'The compressed data is followed by something else');
    const skippable = isSkippableMagic(magic);
    this.#held = skippable ? [] : [field];
    this.#expect(skippable ? 'skip-size' : 'descriptor', skippable ? 4 : 1);
  }

  #block(header: number): void {
    const repeats = ((header >> 1) & 3) === 1;
    this.#skip(repeats ? 1 : header >> 3, false);
    const checksum = (this.#descriptor & 4) === 4 ? 4 : 0;
    const last = (header & 1) === 1;
    if (last) this.#body += checksum;
    this.#expect(last ? 'magic' : 'block', last ? 4 : 3);
  }

  #skip(bytes: number, drop: boolean): void {
    this.#body = bytes;
    this.#dropBody = drop;
  }

  #expect(want: Want, bytes: number): void {
    this.#want = want;
    this.#needed = bytes;
  }
}

/** Window descriptor, dictionary id and content size, by the frame header descriptor's flags; at least 1 byte. */
function headerBytes(descriptor: number): number {
  const single = (descriptor & 0x20) !== 0;
  const size = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  return (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0) + size;
}

function checkWindow(header: Buffer, descriptor: number): void {
  // A single-segment frame's window is its content, which the decoder's own limit judges.
  if ((descriptor & 0x20) !== 0) return;
  const byte = header[0] ?? 0;
  const base = 2 ** (10 + (byte >> 3));
  if (base + (base / 8) * (byte & 7) > MAX_WINDOW_BYTES) {
    throw corrupt('window_too_large', 'The compressed data needs more than 128 MiB of memory');
  }
}
