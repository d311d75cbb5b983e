import type { ServerResponse } from 'node:http';

/**
 * Has the document of a page sent in one piece once all of it is there; any other answer goes out as it comes. A browser that gets
 * half a document runs none of its scripts: a page cut in the middle could neither say so nor load itself again.
 */
export function sendWhole(res: ServerResponse): void {
  const { write, end } = res;
  const parts: Buffer[] = [];
  let whole: boolean | undefined;

  /** Decided by the type, which is known when the first byte is written. */
  function isDocument(): boolean {
    whole ??= String(res.getHeader('content-type') ?? '').startsWith('text/html');
    return whole;
  }

  res.write = function collect(this: ServerResponse, ...args: unknown[]): boolean {
    if (!isDocument()) return Reflect.apply(write, this, args);
    keep(args);
    callbackOf(args)?.();
    return true;
  };
  res.end = function finish(this: ServerResponse, ...args: unknown[]): ServerResponse {
    if (!isDocument()) return Reflect.apply(end, this, args);
    keep(args);
    return Reflect.apply(end, this, [Buffer.concat(parts), callbackOf(args)]);
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
