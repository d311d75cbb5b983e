import type { LineJoiner } from './line-joiner.ts';
import type { LogBytesOptions, LogLine } from './log-reader.ts';
import { type LogRecord, tryParseRecord } from './log-record.ts';

/** Docker cuts a line that is longer. */
const PIECE = 16 * 1024;
const NEWLINE = 0x0a;
/** What the shim writes in front of a line: time (30 bytes), stream, `F`, with a space after each. */
const TIME_END = 30;
const STREAM = 31;
const FLAG = 38;
const HEAD = 40;
/** A time to its milliseconds: as text they sort as they follow each other. */
const MS_END = 23;
const FRAME_HEAD = 8;
const NUMBER = { stdout: 1, stderr: 2 } as const;

/** The bytes that clients of Docker get of a log: each line with a frame in front, or bare as a terminal wrote it. */
export class LogEncoder {
  readonly #framed: boolean;
  readonly #timestamps: boolean;
  /** With its space. */
  readonly #details: string;
  readonly #wanted: { stdout: boolean; stderr: boolean };
  readonly #since: Buffer | undefined;
  readonly #until: Buffer | undefined;
  readonly #joiner: LineJoiner;
  readonly #matches: (record: LogRecord) => boolean;

  constructor(opts: LogBytesOptions, deps: { joiner: LineJoiner; matches: (record: LogRecord) => boolean }) {
    this.#framed = opts.framed;
    this.#timestamps = opts.timestamps === true;
    this.#details = opts.details === undefined ? '' : `${opts.details} `;
    this.#wanted = { stdout: opts.stdout !== false, stderr: opts.stderr !== false };
    this.#since = sortable(opts.since);
    this.#until = sortable(opts.until);
    this.#joiner = deps.joiner;
    this.#matches = deps.matches;
  }

  /**
   * @param block whole records. Nearly all are a line as the shim writes it: those are copied from place to place without
   * becoming objects, which is ten times as fast. A frame is never longer than the record, unless it has details.
   */
  encode(block: Buffer): Buffer {
    const out = Buffer.allocUnsafe(block.length);
    const parts: Buffer[] = [];
    let from = 0;
    let used = 0;
    for (let at = 0; at < block.length; ) {
      const end = block.indexOf(NEWLINE, at) + 1;
      if (this.#isPlain(block, at, end)) {
        if (this.#isWanted(block, at)) used = this.#copy(block, at, end, out, used);
      } else {
        const pieces = this.#encodeRecord(block.subarray(at, end - 1));
        if (pieces.length > 0) {
          parts.push(out.subarray(from, used), ...pieces);
          from = used;
        }
      }
      at = end;
    }
    parts.push(out.subarray(from, used));
    return parts.length === 1 ? out.subarray(0, used) : Buffer.concat(parts);
  }

  /** What the process has not finished. */
  finish(): Buffer {
    return Buffer.concat(this.#joiner.takeUnfinished().flatMap((line) => this.#toPieces(line)));
  }

  /** A whole line with the usual head, not longer than a piece, of a stream that has nothing unfinished. */
  #isPlain(block: Buffer, at: number, end: number): boolean {
    const length = end - at - HEAD;
    return (
      length > 0 &&
      length <= PIECE &&
      this.#details === '' &&
      block[at + TIME_END] === 0x20 &&
      block[at + TIME_END - 1] === 0x5a &&
      block[at + STREAM] === 0x73 &&
      block[at + FLAG - 1] === 0x20 &&
      block[at + FLAG] === 0x46 &&
      block[at + FLAG + 1] === 0x20 &&
      !this.#joiner.isOpen(streamAt(block, at))
    );
  }

  #isWanted(block: Buffer, at: number): boolean {
    if (!this.#wanted[streamAt(block, at)]) return false;
    if (this.#since !== undefined && block.compare(this.#since, 0, MS_END, at, at + MS_END) < 0) return false;
    return this.#until === undefined || block.compare(this.#until, 0, MS_END, at, at + MS_END) <= 0;
  }

  #copy(block: Buffer, at: number, end: number, out: Buffer, used: number): number {
    let to = used;
    if (this.#framed) {
      const stamp = this.#timestamps ? TIME_END + 1 : 0;
      out.writeUInt32BE(NUMBER[streamAt(block, at)] * 0x1_00_00_00, to);
      out.writeUInt32BE(stamp + end - at - HEAD, to + 4);
      to += FRAME_HEAD;
    }
    if (this.#timestamps) to += block.copy(out, to, at, at + TIME_END + 1);
    return to + block.copy(out, to, at + HEAD, end);
  }

  #encodeRecord(bytes: Buffer): Buffer[] {
    const record = tryParseRecord(bytes);
    if (record === undefined || !this.#matches(record)) return [];
    const line = this.#joiner.add(record, '');
    return line === undefined ? [] : this.#toPieces(line);
  }

  #toPieces(line: LogLine): Buffer[] {
    const text = line.complete ? Buffer.concat([line.text, Buffer.of(NEWLINE)]) : line.text;
    const stamp = Buffer.from((this.#timestamps ? `${line.time} ` : '') + this.#details);
    const pieces: Buffer[] = [];
    for (let at = 0; at < text.length; at += PIECE) {
      const piece = text.subarray(at, at + PIECE);
      if (this.#framed) pieces.push(frameHead(line.stream, stamp.length + piece.length));
      pieces.push(stamp, piece);
    }
    return pieces;
  }
}

function streamAt(block: Buffer, at: number): 'stdout' | 'stderr' {
  return block[at + STREAM + 3] === 0x65 ? 'stderr' : 'stdout';
}

function frameHead(stream: 'stdout' | 'stderr', length: number): Buffer {
  const head = Buffer.alloc(FRAME_HEAD);
  head[0] = NUMBER[stream];
  head.writeUInt32BE(length, 4);
  return head;
}

/** The years after 9999 and before 0 are written longer: nothing is later than the ones, nothing earlier than the others. */
function sortable(time: Date | undefined): Buffer | undefined {
  const text = time?.toISOString();
  if (text === undefined) return undefined;
  if (text.startsWith('+')) return Buffer.from('~'.repeat(MS_END));
  return Buffer.from(text.startsWith('-') ? ' '.repeat(MS_END) : text.slice(0, MS_END));
}
