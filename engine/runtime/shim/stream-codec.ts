import { EngineError } from '../../errors/index.ts';
import type { ExitRecord } from '../runtime.ts';

/** Version of the frames below. A shim of an older server keeps its own until its container ends. */
const SHIM_PROTOCOL = 1;

/** Towards the shim. */
export const TO_SHIM = {
  /** Bytes for the process, at most `MAX_STDIN_CHUNK`; answered by `stdinAck` when they are in the bounded queue. */
  stdin: 0,
  stdinEnd: 1,
  /** rows and columns, 16 bits each. */
  resize: 2,
  /** protocol version, mode and whether kept output comes first, 8 bits each; answered by `hello`. Output begins here. */
  attach: 3,
} as const;

/** From the shim. `stdout` and `stderr` are the numbers of Docker's multiplexed stream. */
export const FROM_SHIM = {
  stdout: 1,
  stderr: 2,
  /** JSON: protocol, pid of the process, pid of the shim, size of the kept output that follows. */
  hello: 16,
  /** Number of accepted bytes, 32 bits. */
  stdinAck: 17,
  /** JSON as in `hello`: the process runs. */
  started: 18,
  /** The runtime's own words. */
  failed: 19,
  /** JSON of the exit record; it is on disk. */
  exit: 20,
  /** The runtime's state is deleted: the id can be started again. */
  deleted: 21,
} as const;

/** What a client hears: `events` no output; `drop` is cut off when it lags; `block` slows the process down instead. */
const ATTACH_MODE = { events: 0, drop: 1, block: 2 } as const;
export type AttachMode = keyof typeof ATTACH_MODE;

export const MAX_STDIN_CHUNK = 32 * 1024;
const HEADER_BYTES = 8;
/** The shim reads the process in blocks of 64 KiB. */
const MAX_PAYLOAD = 1024 * 1024;

export interface Frame {
  type: number;
  payload: Buffer;
}

export function encodeFrame(type: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.writeUInt32BE((type << 24) >>> 0, 0);
  frame.writeUInt32BE(payload.length, 4);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

export function encodeAttach(mode: AttachMode, replay = false): Buffer {
  return encodeFrame(TO_SHIM.attach, Buffer.from([SHIM_PROTOCOL, ATTACH_MODE[mode], replay ? 1 : 0]));
}

export function encodeResize(rows: number, columns: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt16BE(clamp16(rows), 0);
  payload.writeUInt16BE(clamp16(columns), 2);
  return encodeFrame(TO_SHIM.resize, payload);
}

function clamp16(value: number): number {
  return Math.min(65_535, Math.max(0, Math.trunc(value)));
}

/** Cuts a byte stream into frames, whatever the pieces it arrives in. */
export class FrameDecoder {
  #pieces: Buffer[] = [];
  #bytes = 0;
  #wanted = HEADER_BYTES;

  /** Payloads share memory with the pieces: copy what is kept. */
  push(piece: Buffer): Frame[] {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    // A large frame in small pieces is joined once, when it is whole.
    if (this.#bytes < this.#wanted) return [];
    let rest = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces);
    const frames: Frame[] = [];
    this.#wanted = HEADER_BYTES;
    while (rest.length >= HEADER_BYTES) {
      const size = rest.readUInt32BE(4);
      if (size > MAX_PAYLOAD)
        throw new EngineError('data_corrupt', `The shim sent a frame of ${size} bytes`, { reason: 'shim_frame' });
      this.#wanted = HEADER_BYTES + size;
      if (rest.length < this.#wanted) break;
      frames.push({ type: rest.readUInt8(0), payload: rest.subarray(HEADER_BYTES, this.#wanted) });
      rest = rest.subarray(this.#wanted);
      this.#wanted = HEADER_BYTES;
    }
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
    return frames;
  }
}

/** The content of an exit record, from the file or the frame; undefined when it is none (a torn file). */
export function tryParseExit(text: string): ExitRecord | undefined {
  const value = tryParseObject(text);
  if (value === undefined) return undefined;
  const { code, signal, oom, at, lost } = value;
  if (typeof code !== 'number' || typeof at !== 'string') return undefined;
  const finishedAt = new Date(at);
  if (Number.isNaN(finishedAt.getTime())) return undefined;
  return {
    exitCode: code,
    signal: typeof signal === 'number' && signal > 0 ? signal : undefined,
    oomKilled: oom === true,
    finishedAt,
    ...(lost === true ? { lost } : {}),
  };
}

/** The same form as the shim writes, for an end that the server itself found out about. */
export function formatExit(exit: ExitRecord): string {
  return JSON.stringify({
    code: exit.exitCode,
    signal: exit.signal ?? 0,
    oom: exit.oomKilled,
    at: exit.finishedAt.toISOString(),
    lost: exit.lost,
  });
}

export interface ShimHello {
  protocol: number;
  pid: number;
  shimPid: number;
  /** What the output begins with was written before; a shim of an older server keeps nothing. */
  replayBytes: number;
}

export function tryParseHello(text: string): ShimHello | undefined {
  const value = tryParseObject(text);
  if (value === undefined) return undefined;
  const { protocol, pid, shimPid, replayBytes } = value;
  if (typeof protocol !== 'number' || typeof pid !== 'number' || typeof shimPid !== 'number') return undefined;
  return { protocol, pid, shimPid, replayBytes: typeof replayBytes === 'number' ? replayBytes : 0 };
}

function tryParseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    // Not JSON: the caller treats it as absent.
    return undefined;
  }
}
