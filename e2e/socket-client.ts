// Plain requests to the Docker API of a test's server: each is answered or rejects, also when the server dies in between.
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';

export class RefusedRequest extends Error {
  readonly status: number;

  constructor(what: string, status: number, body: string) {
    super(`${what}: ${status} ${body.trim()}`);
    this.status = status;
  }
}

/** Asks the socket; gives the body. @throws RefusedRequest for 400 and above */
export type Ask = (method: string, path: string, body?: object | Buffer) => Promise<string>;

/** The same, for who wants the status whatever it is. */
export type Tell = (method: string, path: string, body?: object | Buffer) => Promise<{ status: number; body: string }>;

export function askSocket(socketPath: string): Ask {
  const tell = tellSocket(socketPath);
  return async (method, path, sent) => {
    const { status, body } = await tell(method, path, sent);
    if (status >= 400) throw new RefusedRequest(`${method} ${path}`, status, body);
    return body;
  };
}

export function tellSocket(socketPath: string): Tell {
  return async (method, path, body) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
    const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json';
    const headers = bytes === undefined ? {} : { 'content-type': type, 'content-length': bytes.length };
    // A connection of its own: none of an earlier life of the server.
    const sent = httpRequest({ socketPath, method, path: `/v1.41${path}`, headers, agent: false });
    sent.once('error', reject);
    sent.once('response', (answer) => {
      const status = answer.statusCode ?? 0;
      text(answer).then((said) => resolve({ status, body: said }), reject);
    });
    sent.end(bytes);
    return await promise;
  };
}
