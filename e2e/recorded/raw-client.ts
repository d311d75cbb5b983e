import { request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';

export interface RawAnswer {
  status: number;
  text: string;
}

/** What of the head is not what a text or an archive usually has. */
interface RequestHead {
  /** As many lines `Content-Type`; none for an empty list. */
  types: readonly string[];
  /** Without the length of the body. */
  chunked: boolean;
}

export interface RawClient {
  /** `METHOD /path?query`; nothing of it is checked or written in another way. A stream is cut after its first bytes. */
  ask(line: string, body?: string | Buffer, head?: RequestHead): Promise<RawAnswer>;
}

/** Long enough for every answer; a stream that goes on is cut then. */
const PATIENCE_MS = 60_000;

/** Requests to a Docker API at a unix socket, each on a connection of its own. */
export function rawClient(socketPath: string): RawClient {
  return {
    async ask(line, body, head) {
      const [method = '', path] = line.split(' ');
      const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
      const types = head?.types ?? (typeof body === 'string' ? ['application/json'] : []);
      const length = body === undefined ? 0 : Buffer.byteLength(body);
      const headers = {
        ...(types.length > 0 && { 'Content-Type': [...types] }),
        ...(head?.chunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': length }),
      };
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const asked = request({ socketPath, method, path, headers, agent: false, signal }, (answer) => {
        const status = answer.statusCode ?? 0;
        textOf(answer).then((text) => resolve({ status, text }), reject);
      });
      asked.on('error', reject);
      asked.end(body);
      return await promise;
    },
  };
}
