import { findTail, findTime, findTimeEnd } from './find-position.ts';
import { LineJoiner } from './line-joiner.ts';
import { LogEncoder } from './log-encoder.ts';
import { LogFiles } from './log-files.ts';
import type { LogLine, ReadLog, ReadLogBytes, ReadLogOptions } from './log-reader.ts';
import { type LogRecord, recordTimeMs, tryParseRecord } from './log-record.ts';
import { ProcessEnd } from './process-end.ts';

const POLL_MS = 50;
/** Read at once. A reader that does not go on holds two of them and their lines. */
const BLOCK = 512 * 1024;
/** Of a log whose process nobody knows. */
const NEVER = new Promise<never>(() => undefined);

/** @param deps.onRead told the bytes of every read, for those who count them */
export function createReadLog(deps: { onRead?: (bytes: number) => void } = {}): ReadLog {
  return (path, opts) => readLines(path, opts, deps.onRead ?? (() => undefined));
}

/** Reads the log of a container, rotated files included. */
export const readLog: ReadLog = createReadLog();

/** The same as bytes for clients of Docker. */
export const readLogBytes: ReadLogBytes = (path, opts) => {
  const encoder = new LogEncoder(opts, { joiner: new LineJoiner(), matches: matcher(opts) });
  const decode = (block: Buffer) => filled(encoder.encode(block));
  return readBlocks(path, opts, { decode, finish: () => filled(encoder.finish()), onRead: () => undefined });
};

function readLines(path: string, opts: ReadLogOptions, onRead: (bytes: number) => void): AsyncGenerator<LogLine[]> {
  const joiner = new LineJoiner();
  const matches = matcher(opts);
  const room = isTimed(opts) ? undefined : opts.room;
  return readBlocks(path, opts, {
    decode(block, start, files, isFollowing) {
      if (isFollowing && room?.isOpen() === false) {
        room.skip(skipLines(block, joiner, opts));
        return undefined;
      }
      return filled(linesOf(block, start, { files, joiner, matches }));
    },
    finish: () => filled(joiner.takeUnfinished()),
    onRead,
  });
}

function filled<T extends { length: number }>(batch: T): T | undefined {
  return batch.length === 0 ? undefined : batch;
}

interface BlockReader<T> {
  /** @param block whole records; undefined when none of them is wanted */
  decode(block: Buffer, start: number, files: LogFiles, isFollowing: boolean): T | undefined;
  /** After the last block. */
  finish(): T | undefined;
  onRead(bytes: number): void;
}

async function* readBlocks<T>(path: string, opts: ReadLogOptions, reader: BlockReader<T>): AsyncGenerator<T> {
  const end = ProcessEnd.of(opts.ended ?? NEVER);
  await using files = await LogFiles.open(path, reader.onRead);
  const { from, end: until } = await range(files, opts, matcher(opts));
  let position = from;

  const readTo = async function* (limit: number, isFollowing = false): AsyncGenerator<T> {
    let size = BLOCK;
    let ahead: Promise<Buffer> | undefined;
    while (position < limit && !isAborted(opts)) {
      const block = await (ahead ?? files.readRange(position, Math.min(limit, position + size)));
      ahead = undefined;
      const last = block.lastIndexOf(0x0a);
      if (last < 0) {
        // A record longer than the block, or one that is being written.
        if (position + size >= limit) return;
        size *= 2;
        continue;
      }
      size = BLOCK;
      const start = position;
      position += last + 1;
      // The disk works while these lines are encoded and sent.
      if (position + BLOCK <= limit) ahead = readAhead(files, position);
      const batch = reader.decode(block.subarray(0, last + 1), start, files, isFollowing);
      if (batch !== undefined) yield batch;
    }
  };

  yield* readTo(until);
  if (opts.follow === true && opts.before === undefined) {
    if (!isAborted(opts)) opts.onCurrent?.();
    while (!isAborted(opts)) {
      // Asked before reading: what was written up to that moment is then read for certain.
      const over = end.isOver || (opts.until !== undefined && Date.now() > opts.until.getTime());
      await files.refresh();
      yield* readTo(files.sizeBytes, true);
      if (over) break;
      await end.within(POLL_MS, opts.signal);
    }
  }
  const unfinished = isAborted(opts) ? undefined : reader.finish();
  if (unfinished !== undefined) yield unfinished;
}

function readAhead(files: LogFiles, position: number): Promise<Buffer> {
  const reading = files.readRange(position, position + BLOCK);
  // Nobody waits for it when the reader stops before; else whoever waits is told.
  reading.catch(() => undefined);
  return reading;
}

function linesOf(
  block: Buffer,
  start: number,
  deps: { files: LogFiles; joiner: LineJoiner; matches: (record: LogRecord) => boolean },
): LogLine[] {
  const lines: LogLine[] = [];
  for (let at = 0; at < block.length; ) {
    const newline = block.indexOf(0x0a, at);
    const record = tryParseRecord(block.subarray(at, newline));
    if (record !== undefined && deps.matches(record)) {
      const line = deps.joiner.add(record, deps.files.toCursor(start + at));
      if (line !== undefined) lines.push(line);
    }
    at = newline + 1;
  }
  return lines;
}

const [SPACE, NEWLINE, PARTIAL, OUT] = Buffer.from(' \nPo');

/** How many lines are left out with a block of which nothing is wanted. Looks at the head of each record only. */
function skipLines(block: Buffer, joiner: LineJoiner, { stdout, stderr }: ReadLogOptions): number {
  let lines = 0;
  for (let at = 0; at < block.length; at = block.indexOf(NEWLINE ?? 0, at) + 1) {
    // `time stdout F `: after the time the head has one length.
    const space = block.indexOf(SPACE ?? 0, at);
    if (space < 0 || block[space + 7] !== SPACE || block[space + 9] !== SPACE) continue;
    const stream = block[space + 4] === OUT ? 'stdout' : 'stderr';
    const isWanted = (stream === 'stdout' ? stdout : stderr) !== false;
    if (isWanted && joiner.skip(stream, block[space + 8] === PARTIAL)) lines += 1;
  }
  return lines;
}

async function range(
  files: LogFiles,
  opts: ReadLogOptions,
  matches: (record: LogRecord) => boolean,
): Promise<{ from: number; end: number }> {
  let end = files.sizeBytes;
  // A cursor whose file was rotated away: nothing before it is left.
  if (opts.before !== undefined) end = files.fromCursor(opts.before) ?? 0;
  if (opts.until !== undefined) end = await findTimeEnd(files, opts.until.getTime(), end);
  const from = opts.since === undefined ? 0 : await findTime(files, opts.since.getTime(), end);
  if (opts.tail === undefined) return { from, end };
  return { from: await findTail(files, { from, end }, opts.tail, matches), end };
}

function matcher(opts: ReadLogOptions): (record: LogRecord) => boolean {
  const since = opts.since?.getTime() ?? Number.NEGATIVE_INFINITY;
  const until = opts.until?.getTime() ?? Number.POSITIVE_INFINITY;
  const timed = isTimed(opts);
  return (record) => {
    if ((record.stream === 'stdout' ? opts.stdout : opts.stderr) === false) return false;
    if (!timed) return true;
    const timeMs = recordTimeMs(record);
    return timeMs >= since && timeMs <= until;
  };
}

function isTimed({ since, until }: ReadLogOptions): boolean {
  return since !== undefined || until !== undefined;
}

function isAborted(opts: ReadLogOptions): boolean {
  return opts.signal?.aborted === true;
}
