import type { LogLine } from './log-reader.ts';
import type { LogRecord } from './log-record.ts';

const MAX_LINE_BYTES = 1 << 20;

interface OpenLine {
  first: LogRecord;
  cursor: string;
  parts: Buffer[];
  bytes: number;
}

type Stream = LogRecord['stream'];

/** Puts the records of one line together, each stream by itself. */
export class LineJoiner {
  readonly #open = new Map<string, OpenLine>();
  /** Of the line that goes on in these streams something was left out. */
  readonly #left = new Set<Stream>();

  /** Whether something of this stream waits for its end. */
  isOpen(stream: Stream): boolean {
    return this.#open.has(stream);
  }

  /** Leaves out a record and the line that it is of. True when nothing was left out of that line before. */
  skip(stream: Stream, partial: boolean): boolean {
    const isFirst = !this.#left.has(stream);
    this.#open.delete(stream);
    if (partial) this.#left.add(stream);
    else this.#left.delete(stream);
    return isFirst;
  }

  /** The line this record finishes, or the part of it that is as long as a line may be. */
  add(record: LogRecord, cursor: string): LogLine | undefined {
    const { stream, partial, time, text } = record;
    if (this.#left.has(stream)) {
      if (!partial) this.#left.delete(stream);
      return undefined;
    }
    // As nearly all lines are: nothing to put together.
    if (!partial && !this.#open.has(stream)) return { time, stream, text, complete: true, cursor };
    const line = this.#open.get(record.stream) ?? { first: record, cursor, parts: [], bytes: 0 };
    line.parts.push(record.text);
    line.bytes += record.text.length;
    if (record.partial && line.bytes < MAX_LINE_BYTES) {
      this.#open.set(record.stream, line);
      return undefined;
    }
    this.#open.delete(record.stream);
    return toLine(line, !record.partial);
  }

  /** What the process has not finished. */
  takeUnfinished(): LogLine[] {
    const lines = [...this.#open.values()].map((line) => toLine(line, false));
    this.#open.clear();
    return lines;
  }
}

function toLine(line: OpenLine, complete: boolean): LogLine {
  const { time, stream } = line.first;
  return { time, stream, text: Buffer.concat(line.parts), complete, cursor: line.cursor };
}
