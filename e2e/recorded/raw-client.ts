import { request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';

export interface RawAnswer {
  status: number;
  text: string;
}

export interface RawClient {
  /** `METHOD /path?query`; nothing of it is checked or written in another way. A stream is cut after its first bytes. */
  ask(line: string, body?: string | Buffer): Promise<RawAnswer>;
}

/** Long enough for every answer; a stream that goes on is cut then. */
const PATIENCE_MS = 60_000;

/** Requests to a Docker API at a unix socket, each on a connection of its own. */
export function rawClient(socketPath: string): RawClient {
  return {
    async ask(line, body) {
      const [method = '', path] = line.split(' ');
      const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
      const headers = {
        ...(typeof body === 'string' && { 'Content-Type': 'application/json' }),
        ...(body === undefined ? { 'Content-Length': 0 } : { 'Content-Length': Buffer.byteLength(body) }),
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
