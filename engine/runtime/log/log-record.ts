/** One record as the shim writes it. */
export interface LogRecord {
  time: string;
  stream: 'stdout' | 'stderr';
  /** The line goes on in the next record of its stream. */
  partial: boolean;
  text: Buffer;
}

const HEAD = /^(\S{20,40}) (stdout|stderr) ([FP]) /;
const MAX_HEAD = 64;

/** `RFC3339Nano stdout|stderr F|P text`, without the newline. Undefined for what a crash left half written. */
export function tryParseRecord(line: Buffer): LogRecord | undefined {
  const match = HEAD.exec(line.toString('latin1', 0, MAX_HEAD));
  const [head, time, stream, flag] = match ?? [];
  if (head === undefined || time === undefined) return undefined;
  return {
    time,
    stream: stream === 'stderr' ? 'stderr' : 'stdout',
    partial: flag === 'P',
    text: line.subarray(head.length),
  };
}

/** Milliseconds; the nanoseconds below do not matter for a search by `Date`. */
export function recordTimeMs(record: LogRecord): number {
  return Date.parse(record.time);
}
