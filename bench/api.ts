// The Docker API over a unix socket, the same few calls for every engine.
import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

const VERSION = '/v1.41';

export interface HostSettings {
  NetworkMode?: string;
  LogConfig?: { Type: string; Config: Record<string, string> };
  PortBindings?: Record<string, { HostIp: string; HostPort: string }[]>;
}

interface Request {
  json?: unknown;
  source?: Readable;
  headers?: Record<string, string | number>;
}

/** Connections are kept, as those of SDKs are. Every call fails with the answer's text when its status is 400 or more. */
export class Api implements Disposable {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.open(method, path, body === undefined ? {} : { json: body });
    const said = await text(answer);
    return (said === '' ? undefined : JSON.parse(said)) as T;
  }

  /** Resolves with the headers; the body is for the caller to read. */
  async open(method: string, path: string, asked: Request = {}): Promise<IncomingMessage> {
    const sent = this.#send(method, path, asked, { agent: this.#agent });
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    if (asked.source === undefined) sent.end(bodyOf(asked));
    else await Promise.race([pipeline(asked.source, sent), answered]);
    const [answer] = await answered;
    const { statusCode = 0 } = answer;
    if (statusCode >= 400) throw new Error(`${method} ${path}: ${statusCode} ${(await text(answer)).slice(0, 300)}`);
    return answer;
  }

  /** Bytes of the answer, read as fast as they come. */
  async drain(method: string, path: string, asked: Request = {}): Promise<number> {
    return countBytes(await this.open(method, path, asked));
  }

  /** The raw stream of `attach` and `exec`. */
  async hijack(path: string, body: unknown = {}): Promise<Duplex> {
    const asked = { json: body, headers: { connection: 'Upgrade', upgrade: 'tcp' } };
    const sent = this.#send('POST', path, asked, {});
    sent.end(bodyOf(asked));
    const [, stream, head] = (await once(sent, 'upgrade')) as [IncomingMessage, Duplex, Buffer];
    if (head.length > 0) stream.unshift(head);
    return stream;
  }

  async create(command: readonly string[], host: HostSettings = {}): Promise<string> {
    const ports = Object.keys(host.PortBindings ?? {}).map((port) => [port, {}]);
    const body = { Image: IMAGE, Cmd: command, HostConfig: host, ExposedPorts: Object.fromEntries(ports) };
    return (await this.json<{ Id: string }>('POST', '/containers/create', body)).Id;
  }

  async start(id: string): Promise<void> {
    await this.json('POST', `/containers/${id}/start`);
  }

  /** Starts and waits for the end. The wait is registered before, or a short process is missed. */
  async runToEnd(id: string): Promise<void> {
    const waiting = await this.open('POST', `/containers/${id}/wait?condition=next-exit`);
    await this.start(id);
    const { StatusCode } = JSON.parse(await text(waiting)) as { StatusCode: number };
    if (StatusCode !== 0) throw new Error(`the container ended with ${StatusCode}`);
  }

  async remove(id: string): Promise<void> {
    await this.json('DELETE', `/containers/${id}?force=1`);
  }

  /** What `docker run --rm` of a short command does. */
  async cycle(host: HostSettings): Promise<void> {
    const id = await this.create(['true'], host);
    await this.runToEnd(id);
    await this.remove(id);
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, asked: Request, options: RequestOptions): ClientRequest {
    const body = bodyOf(asked);
    const about = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length };
    const headers = { ...about, ...asked.headers };
    return request({ socketPath: this.#socketPath, method, path: VERSION + path, headers, ...options });
  }
}

/** The image every benchmark runs: busybox. */
export const IMAGE = 'bench-busybox:latest';

export async function countBytes(stream: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const chunk of stream) bytes += chunk.length;
  return bytes;
}

function bodyOf({ json }: Request): Buffer | undefined {
  return json === undefined ? undefined : Buffer.from(JSON.stringify(json));
}
