import type { ServerResponse } from 'node:http';

interface Gathering {
  /** Asked once, when the first byte is written and the headers are known; what it does not concern goes out as it comes. */
  concerns(): boolean;
  /** Has all of it, and sends it. */
  onWhole(whole: Buffer, send: (bytes: Buffer) => void): void;
}

/** Holds an answer back until all of it is there. */
export function gatherAnswer(res: ServerResponse, { concerns, onWhole }: Gathering): void {
  const { write, end } = res;
  const parts: Buffer[] = [];
  let isGathered: boolean | undefined;

  res.write = function collect(this: ServerResponse, ...args: unknown[]): boolean {
    isGathered ??= concerns();
    if (!isGathered) return Reflect.apply(write, this, args);
    keep(args);
    callbackOf(args)?.();
    return true;
  };
  res.end = function finish(this: ServerResponse, ...args: unknown[]): ServerResponse {
    isGathered ??= concerns();
    if (!isGathered) return Reflect.apply(end, this, args);
    keep(args);
    const [first = Buffer.alloc(0), ...others] = parts;
    onWhole(
      others.length === 0 ? first : Buffer.concat(parts),
      (bytes) => void Reflect.apply(end, this, [bytes, callbackOf(args)]),
    );
    return this;
  };

  function keep([chunk, encoding]: unknown[]): void {
    if (typeof chunk === 'string') parts.push(Buffer.from(chunk, isEncoding(encoding) ? encoding : 'utf8'));
    else if (chunk instanceof Uint8Array) parts.push(Buffer.from(chunk));
  }
}

function isEncoding(value: unknown): value is BufferEncoding {
  return typeof value === 'string' && Buffer.isEncoding(value);
}

function callbackOf(args: readonly unknown[]): (() => void) | undefined {
  const last = args.at(-1);
  return typeof last === 'function' ? () => void Reflect.apply(last, undefined, []) : undefined;
}
