import type { LogFiles } from './log-files.ts';
import { type LogRecord, recordTimeMs, tryParseRecord } from './log-record.ts';

/** Read backwards: most ask for few lines; who asks for many gets larger blocks. */
const FIRST_BLOCK = 64 * 1024;
const BLOCK = 256 * 1024;
const PROBE = 4096;
/** Clocks step back a little now and then; lines within this are judged one by one. */
const SLACK_MS = 1_000;

/** Part of a log in which times go up. */
interface Run {
  from: number;
  end: number;
}

/** Position before which no record is at or after a time. */
export async function findTime(files: LogFiles, timeMs: number, end: number): Promise<number> {
  const runs = await runsOf(files, end);
  // Nobody knows where times go up: each line is looked at.
  if (runs === undefined) return 0;
  for (const run of runs.slice(0, -1)) {
    const found = await search(files, timeMs - SLACK_MS, run);
    if ((await timeBetween(files, found, run.end, (time) => time >= timeMs - SLACK_MS)) !== undefined) return found;
  }
  return await search(files, timeMs - SLACK_MS, runs.at(-1) ?? { from: 0, end });
}

/** Position after which no record is at or before a time. */
export async function findTimeEnd(files: LogFiles, timeMs: number, end: number): Promise<number> {
  const runs = await runsOf(files, end);
  if (runs === undefined) return end;
  for (const run of runs.toReversed()) {
    const from = await search(files, timeMs + SLACK_MS, run);
    const after = await timeBetween(files, from, run.end, (time) => time > timeMs + SLACK_MS);
    if (after === undefined || after > run.from) return after ?? run.end;
  }
  return 0;
}

async function runsOf(files: LogFiles, end: number): Promise<Run[] | undefined> {
  const begins = (await files.setBackAt())?.filter((position) => position > 0 && position < end);
  if (begins === undefined) return undefined;
  return [0, ...begins].map((from, at) => ({ from, end: begins[at] ?? end }));
}

/** Position of the first record that may be at or after a time, by binary search on bytes. */
async function search(files: LogFiles, timeMs: number, run: Run): Promise<number> {
  let low = run.from;
  let high = run.end;
  while (high - low > PROBE) {
    const middle = Math.floor((low + high) / 2);
    const probe = await timeAfter(files, middle, high);
    if (probe !== undefined && probe.timeMs < timeMs) low = probe.position;
    else high = middle;
  }
  return low;
}

/** Position of the first record from a position on whose time is wanted. */
async function timeBetween(
  files: LogFiles,
  from: number,
  end: number,
  isWanted: (timeMs: number) => boolean,
): Promise<number | undefined> {
  for (let at = from; at < end; ) {
    const probe = await timeAfter(files, at, end);
    if (probe === undefined) return undefined;
    if (isWanted(probe.timeMs)) return probe.position;
    at = probe.position + 1;
  }
  return undefined;
}

/** The first whole record that begins at or after a position. */
async function timeAfter(
  files: LogFiles,
  position: number,
  end: number,
): Promise<{ position: number; timeMs: number } | undefined> {
  let newline: number | undefined = position === 0 ? -1 : await findNewline(files, position - 1, end);
  while (newline !== undefined && newline + 1 < end) {
    const record = tryParseRecord(await files.readRange(newline + 1, Math.min(end, newline + 129)));
    const timeMs = record === undefined ? Number.NaN : recordTimeMs(record);
    if (!Number.isNaN(timeMs)) return { position: newline + 1, timeMs };
    newline = await findNewline(files, newline + 1, end);
  }
  return undefined;
}

async function findNewline(files: LogFiles, from: number, end: number): Promise<number | undefined> {
  for (let at = from; at < end; ) {
    const part = await files.read(at, Math.min(PROBE, end - at));
    if (part.length === 0) return undefined;
    const found = part.indexOf(0x0a);
    if (found >= 0) return at + found;
    at += part.length;
  }
  return undefined;
}

/**
 * Position from which on exactly `count` matching lines follow, read backwards in blocks from `end`. A line ends with its
 * record without `P`; records of an unfinished last line count as one.
 */
export async function findTail(
  files: LogFiles,
  range: { from: number; end: number },
  count: number,
  matches: (record: LogRecord) => boolean,
): Promise<number> {
  let lines = 0;
  const ended = new Set<string>();
  let rest: Buffer = Buffer.alloc(0);
  let position = range.end;
  for (let size = FIRST_BLOCK; position > range.from; size = Math.min(2 * size, BLOCK)) {
    const start = Math.max(range.from, position - size);
    const block = Buffer.concat([await files.readRange(start, position), rest]);
    let lineEnd = block.length;
    while (lineEnd > 0) {
      const newline = block.lastIndexOf(0x0a, lineEnd - (block[lineEnd - 1] === 0x0a ? 2 : 1));
      // A negative index counts from the end of the buffer.
      const lineStart = lineEnd < 2 ? 0 : newline + 1;
      if (lineStart === 0 && start > range.from) break;
      const record = tryParseRecord(block.subarray(lineStart, lineEnd));
      if (record !== undefined && matches(record) && (!record.partial || !ended.has(record.stream))) {
        if (lines === count) return start + lineEnd;
        lines++;
        ended.add(record.stream);
      }
      lineEnd = lineStart;
    }
    rest = block.subarray(0, lineEnd);
    position = start;
  }
  return range.from;
}
