import type { OpOptions } from '../../lib/index.ts';

/**
 * One record of a container's log. The shim writes `RFC3339Nano stdout|stderr F|P text\n`; P: the line goes on in the next record.
 * Files: `container.log`, rotated to `container.log.1` (newer) … `.N` (oldest).
 */
export interface LogLine {
  /** Exactly as written, nanoseconds kept. */
  time: string;
  stream: 'stdout' | 'stderr';
  /** Without the newline; bytes of a partial record are joined up to 1 MiB. */
  text: Buffer;
  /** False only when the process has not finished the line. */
  complete: boolean;
  /** Stable place: `<rotation generation>:<byte offset>`; reading `before` it goes on backwards. */
  cursor: string;
}

export interface ReadLogOptions extends OpOptions {
  stdout?: boolean;
  stderr?: boolean;
  /** Last N lines of what matches; read backwards from the end. */
  tail?: number | undefined;
  /** Inclusive; found by binary search on byte offsets. */
  since?: Date | undefined;
  until?: Date | undefined;
  /** Only lines before this cursor (for scrolling back, together with `tail`). */
  before?: string | undefined;
  /** Go on with what is written from now on, through rotations, until aborted or `until`. */
  follow?: boolean;
  /** Of what is written while following only so much is taken. Not together with a time. */
  room?: LogRoom | undefined;
  /** Told once, when everything that was written before has been read and following begins. */
  onCurrent?: (() => void) | undefined;
  /** When it resolves, following ends after what is in the file. */
  ended?: Promise<unknown> | undefined;
}

/** Who cannot take everything, and counts what is left out. */
export interface LogRoom {
  /** Asked before the lines of a block are put together: those that nobody wants cost next to nothing. */
  isOpen(): boolean;
  /** So many lines were left out. */
  skip(lines: number): void;
}

/** As a client of Docker gets it. */
export interface LogBytesOptions extends ReadLogOptions {
  /** A frame around each line: number of the stream, three zeros, length (big endian). Without, both streams in one. */
  framed: boolean;
  /** The time and a space in front of each line. */
  timestamps?: boolean;
  /** What `docker logs --details` puts in front of the text, behind the time; empty: a space alone. */
  details?: string | undefined;
}

/** The same lines as bytes, in pieces of any size; a line is cut after 16 KiB, and one that is not finished has no newline. */
export type ReadLogBytes = (path: string, opts: LogBytesOptions) => AsyncIterable<Buffer>;

/** Batches of lines in order; the reader pulls, so a slow one holds nothing in memory and never slows the container. */
export type ReadLog = (path: string, opts: ReadLogOptions) => AsyncIterable<LogLine[]>;
