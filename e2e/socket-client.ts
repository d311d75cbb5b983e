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

export function askSocket(socketPath: string): Ask {
  return async (method, path, body) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json';
    const headers = bytes === undefined ? {} : { 'content-type': type, 'content-length': bytes.length };
    // A connection of its own: none of an earlier life of the server.
    const sent = httpRequest({ socketPath, method, path: `/v1.41${path}`, headers, agent: false });
    sent.once('error', reject);
    sent.once('response', (answer) => {
      const status = answer.statusCode ?? 0;
      text(answer).then(
        (said) => (status < 400 ? resolve(said) : reject(new RefusedRequest(`${method} ${path}`, status, said))),
        reject,
      );
    });
    sent.end(bytes);
    return await promise;
  };
}
