// The routes of the Docker API over an engine that a test makes up, asked by real HTTP. For tests.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { silentLogger } from '#engine/lib/index.ts';
import type { Role, Scope } from '#server/access/index.ts';
import { createDispatch } from './dispatch.ts';
import type { DockerServices } from './route.ts';
import { DOCKER_ROUTES } from './routes.ts';

interface TestApiOptions {
  role?: Role;
  /** Those of the token shown; without it the actor may do whatever the role may. */
  scopes?: readonly Scope[];
  /** Parts of the environment that the routes under test call. */
  environment: object;
  /** `type/id` to user id. */
  owners?: Record<string, string>;
  openRemote?: (url: string) => Promise<unknown>;
}

interface Question {
  body?: Buffer | string;
  headers?: Record<string, string>;
}

/** A test that says what a container is has said which one it is. */
function withIdentities(environment: { containers?: object }): object {
  const containers = { ...environment.containers };
  return {
    ...environment,
    containers: 'inspect' in containers ? { identify: containers.inspect, ...containers } : containers,
  };
}

/** The actor is `me`. What was audited and who owns what can be looked at. */
export async function openTestApi({ role = 'admin', scopes, environment, owners = {}, openRemote }: TestApiOptions) {
  const audited: string[] = [];
  const services = {
    version: '1.2.3',
    environments: { get: () => ({ id: 'local', ...withIdentities(environment) }) },
    ownership: {
      ownerOf: async (type: string, id: string) => owners[`${type}/${id}`],
      ownersOf: async (type: string) =>
        new Map(
          Object.entries(owners).flatMap(([key, user]) =>
            key.startsWith(`${type}/`) ? [[key.slice(type.length + 1), user] as const] : [],
          ),
        ),
      claim: async (type: string, id: string, user: string) => {
        owners[`${type}/${id}`] = owners[`${type}/${id}`] ?? user;
      },
      release: async (type: string, id: string) => void Reflect.deleteProperty(owners, `${type}/${id}`),
    },
    audit: {
      append: async ({ action, result }: { action: string; result: string }) =>
        void audited.push(`${action} ${result}`),
    },
    openRemote: openRemote ?? (() => Promise.reject(new Error('not part of this test'))),
    log: silentLogger,
  };
  const dispatch = createDispatch(services as unknown as DockerServices, DOCKER_ROUTES, {
    watch: () => ({ [Symbol.dispose]: () => undefined }),
  });
  const actor = async () => ({ id: 'me', name: 'Me', role, scopes });
  const server = createServer((req, res) => void dispatch({ req, res, actor, address: 'unix' }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  /** The answer's head; its body is a stream. */
  const open = (method: string, path: string, { body, headers }: Question = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<import('node:http').IncomingMessage>();
    const asked = request({ port, host: '127.0.0.1', method, path, headers: headers ?? {}, agent: false }, resolve);
    asked.once('error', reject);
    asked.end(body);
    return promise;
  };
  const ask = async (method: string, path: string, question: Question = {}) => {
    const answer = await open(method, path, question);
    const text = (await buffer(answer)).toString('utf8');
    return { status: answer.statusCode ?? 0, headers: answer.headers, text };
  };
  /** For bodies of JSON. */
  const json = async (method: string, path: string, body?: object) => {
    const question = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const { status, text } = await ask(method, path, question);
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return { status, body: lines.length > 1 ? lines.map((line) => JSON.parse(line)) : JSON.parse(lines[0] ?? 'null') };
  };
  return {
    open,
    ask,
    json,
    audited,
    owners,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
