// What a client sends is data: no text of it reaches a shell, and none is taken for an option of a program.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import superjson from 'superjson';
import type { $ZodType } from 'zod/v4/core';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { ARCHIVE_ROUTES } from '#server/docker-api/archive/routes.ts';
import { BUILD_ROUTES } from '#server/docker-api/build/routes.ts';
import { CONTAINER_ROUTES } from '#server/docker-api/containers/routes.ts';
import { EVENT_ROUTES } from '#server/docker-api/events/routes.ts';
import { IMAGE_ROUTES } from '#server/docker-api/images/routes.ts';
import { NETWORK_ROUTES } from '#server/docker-api/networks/routes.ts';
import type { DockerRoute } from '#server/docker-api/route.ts';
import { DOCKER_ROUTES } from '#server/docker-api/routes.ts';
import { SWARM_ROUTES } from '#server/docker-api/system/swarm-routes.ts';
import { SYSTEM_ROUTES } from '#server/docker-api/system/system-routes.ts';
import { VOLUME_ROUTES } from '#server/docker-api/volumes/routes.ts';
import { appRouter } from '#server/trpc/router.ts';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { setUpOwner } from '../set-up-owner.ts';
import { type HostileWords, hostileWords } from './hostile-words.ts';
import { fieldsOfInput, fieldsOfShape } from './text-fields.ts';

const ROOT = join(import.meta.dirname, '../..');
/** A stream that has begun is looked at for so long. */
const STREAM_MS = 300;
const ANSWER_MS = 20_000;
/** One that waits says nothing before. */
const SILENT = /\/(?:wait|events|attach|logs)\b/;
const OPTIONS = { timeout: 600_000 };

interface Answer {
  /** 0 where nothing is said before something happens. */
  status: number;
  text: string;
}

interface Server extends AsyncDisposable {
  davit: DavitProcess;
  hostile: HostileWords;
  ask(line: string, body?: object | Buffer): Promise<Answer>;
}

/** With an image `base:1`, a container `runner` that runs, a network `mine` and a volume `kept`. */
async function startServer(): Promise<Server> {
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(await mkdtempDisposable(join(tmpdir(), 'davit-words-')));
  const davit = undo.use(await startDavit({ pools: 4 }));
  const hostile = hostileWords(folder.path, [ROOT, '/', homedir(), tmpdir(), davit.dataRoot, davit.runRoot]);
  const server = { davit, hostile, ask: (line: string, body?: object | Buffer) => ask(davit, line, body) };
  await must(
    server,
    `POST /images/create?fromSrc=-&repo=base&tag=1&changes=${encodeURIComponent('CMD ["true"]')}`,
    await busyboxRootfs(),
  );
  await renew(server);
  const started = undo.move();
  return { ...server, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

/** What an order may have taken away is there again. */
async function renew(server: Pick<Server, 'ask'>): Promise<void> {
  const runner = { Image: 'base:1', Cmd: ['sleep', '3600'], StopSignal: 'SIGKILL' };
  const { status } = await server.ask('GET /containers/runner/json');
  if (status === 404) await must(server, 'POST /containers/create?name=runner', runner);
  await server.ask('POST /containers/runner/unpause');
  await must(server, 'POST /containers/runner/start');
  await must(server, 'POST /images/base:1/tag?repo=other&tag=1');
  await must(server, 'POST /volumes/create', { Name: 'kept' });
  if ((await server.ask('GET /networks/mine')).status === 404)
    await must(server, 'POST /networks/create', { Name: 'mine' });
}

async function must(server: Pick<Server, 'ask'>, line: string, body?: object | Buffer): Promise<void> {
  const { status, text } = await server.ask(line, body);
  assert.ok(status < 400, `${line} answered ${status}: ${text}`);
}

function ask({ runRoot }: DavitProcess, line: string, body?: object | Buffer): Promise<Answer> {
  const at = line.indexOf(' ');
  const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json';
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const asked = request(
    {
      socketPath: join(runRoot, 'docker.sock'),
      method: line.slice(0, at),
      path: `/v1.51${line.slice(at + 1)}`,
      headers: bytes === undefined ? {} : { 'content-type': type, 'content-length': bytes.length },
      agent: false,
    },
    (answer) => {
      let text = '';
      const done = () => resolve({ status: answer.statusCode ?? 0, text });
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.on('end', done);
      // Of one that goes on, its beginning is enough.
      if (SILENT.test(line) || /\/stats\b/.test(line)) setTimeout(() => asked.destroy(), STREAM_MS).unref();
      answer.on('close', done);
    },
  );
  asked.setTimeout(SILENT.test(line) ? STREAM_MS : ANSWER_MS, () => {
    if (SILENT.test(line)) resolve({ status: 0, text: '' });
    asked.destroy(new Error(`${line} was not answered`));
  });
  asked.on('error', reject);
  asked.end(bytes);
  return promise;
}

/** What nobody has foreseen; dockerd has a 500 of its own for some things that it cannot read. */
const UNFORESEEN = /Something went wrong in the server/;

/** Done, or refused in a sentence. */
function assertSound({ status, text }: Answer, what: string): void {
  assert.doesNotMatch(text, UNFORESEEN, `${what} answered ${status}`);
  if (status >= 400 && !what.startsWith('HEAD ')) assert.match(text, /\w{3,} \w+/, what);
  assert.doesNotMatch(text, /\n\s+at /, what);
}

/** The option, and the texts from what tries most on until one is taken. */
async function untilTaken({ words, option }: HostileWords, isTaken: (text: string) => Promise<boolean>): Promise<void> {
  await isTaken(option);
  for (const word of words) if (await isTaken(word)) return;
}

interface Body {
  line: string;
  /** Together with the text. */
  base: object;
  /** What of it is read; all without it. */
  reads?: RegExp;
  /** What is done with what was made, and how it goes again. */
  after?(server: Server, made: Record<string, string>): Promise<void>;
}

const BODIES: Readonly<Record<string, Body>> = {
  'POST /containers/create': {
    line: 'POST /containers/create',
    base: { Image: 'base:1', Cmd: ['true'] },
    async after(server, { Id = '' }) {
      assertSound(await server.ask(`POST /containers/${Id}/start`), `the start of ${Id}`);
      await must(server, `DELETE /containers/${Id}?force=1&v=1`);
    },
  },
  'POST /containers/{id}/update': { line: 'POST /containers/runner/update', base: {} },
  'POST /containers/{id}/exec': {
    line: 'POST /containers/runner/exec',
    base: { Cmd: ['true'] },
    async after(server, { Id = '' }) {
      assertSound(await server.ask(`POST /exec/${Id}/start`, { Detach: true }), `the start of ${Id}`);
    },
  },
  'POST /exec/{id}/start': { line: 'POST /exec/none/start', base: {} },
  'POST /networks/create': {
    line: 'POST /networks/create',
    base: { Name: 'made' },
    async after(server, { Id = '' }) {
      await must(server, `DELETE /networks/${Id}`);
    },
  },
  'POST /networks/{name}/connect': {
    line: 'POST /networks/mine/connect',
    base: { Container: 'runner' },
    async after(server) {
      await server.ask('POST /networks/mine/disconnect', { Container: 'runner', Force: true });
    },
  },
  'POST /networks/{name}/disconnect': { line: 'POST /networks/mine/disconnect', base: { Container: 'runner' } },
  'POST /volumes/create': {
    line: 'POST /volumes/create',
    base: {},
    async after(server, { Name = '' }) {
      await server.ask(`DELETE /volumes/${encodeURIComponent(Name)}`);
    },
  },
  'POST /commit': {
    line: 'POST /commit?container=runner&pause=0',
    base: {},
    reads: /^(?!hostconfig|networkingconfig)/,
    async after(server, { Id = '' }) {
      await must(server, `DELETE /images/${Id}?force=1`);
    },
  },
  'POST /auth': { line: 'POST /auth', base: { serveraddress: '127.0.0.1:1' } },
};

/** With the text over what has to be there. */
function merge(base: object, over: unknown): object {
  assert.ok(isObject(over));
  const rest = Object.entries(base).filter(([name]) => !Object.hasOwn(over, name.toLowerCase()));
  return { ...Object.fromEntries(rest), ...over };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const AREAS: Readonly<Record<string, readonly DockerRoute[]>> = {
  archive: ARCHIVE_ROUTES,
  build: BUILD_ROUTES,
  containers: CONTAINER_ROUTES,
  events: EVENT_ROUTES,
  images: IMAGE_ROUTES,
  networks: NETWORK_ROUTES,
  system: [...SYSTEM_ROUTES, ...SWARM_ROUTES],
  volumes: VOLUME_ROUTES,
};

/** What the handlers of an area read of a query, by their sources. */
async function queryNames(area: string): Promise<string[]> {
  const files = globSync(`server/docker-api/${area}/*.ts`, { cwd: ROOT });
  const texts = await Promise.all(files.map((file) => readFile(join(ROOT, file), 'utf8')));
  const found = texts.join('\n').matchAll(/(?:query\.\w+\(|[oO]f\((?:call\.)?query, )'(\w+)'/g);
  return [...new Set(['filters', ...[...found].map(([, name = '']) => name)])];
}

const OBJECTS: Readonly<Record<string, string>> = {
  containers: 'runner',
  exec: 'none',
  images: 'other:1',
  networks: 'mine',
  volumes: 'kept',
};

/** Its address with these objects, or with the text in their place. */
function addressOf({ method, pattern }: DockerRoute, text?: string): string {
  const object = text === undefined ? OBJECTS[pattern.split('/')[1] ?? ''] : encodeURIComponent(text);
  return `${method} ${pattern.replaceAll(/\{\w+\*?\}/g, object ?? 'none')}`;
}

let server: Server;
before(async () => {
  server = await startServer();
}, OPTIONS);
after(() => server[Symbol.asyncDispose]());

for (const route of DOCKER_ROUTES) {
  if (route.takesJson === undefined) continue;
  const name = `${route.method} ${route.pattern}`;
  const { shape } = route.takesJson;
  const fields = fieldsOfShape(shape).filter(({ path }) => BODIES[name]?.reads?.test(path) ?? true);
  test(`${name}: each of its ${fields.length} texts is data`, OPTIONS, async () => {
    const body = BODIES[name];
    assert.ok(body !== undefined, `how ${name} is asked is not known`);
    for (const { path, holding } of fields) {
      await untilTaken(server.hostile, async (text) => {
        const what = `${name} with ${path} ${JSON.stringify(text)}`;
        const answer: Answer = await server.ask(body.line, merge(body.base, holding(text)));
        assertSound(answer, what);
        const isTaken = answer.status < 300;
        if (isTaken && body.after !== undefined) await body.after(server, JSON.parse(answer.text || '{}'));
        assert.deepEqual(await server.hostile.leftBehind(), [], what);
        return isTaken;
      });
    }
  });
}

test('what an address or a query of the Docker API holds is data', OPTIONS, async () => {
  let asked = 0;
  const askOf = async (route: DockerRoute, line: string) => {
    const answer = await server.ask(line, route.takesJson === undefined ? undefined : {});
    assertSound(answer, line);
    if (answer.status < 400 && route.method !== 'GET') await renew(server);
    asked += 1;
    return answer.status < 400;
  };
  for (const [area, routes] of Object.entries(AREAS)) {
    const names = await queryNames(area);
    for (const route of routes) {
      const isTaken = (line: string) => askOf(route, line);
      const tries = names.map((name) => () => {
        const query = (text: string) => `${addressOf(route)}?${name}=${encodeURIComponent(text)}`;
        return untilTaken(server.hostile, (text) => isTaken(query(text)));
      });
      if (route.pattern.includes('{')) {
        const texts = [server.hostile.option, ...server.hostile.words];
        tries.push(...texts.map((text) => async () => void (await isTaken(addressOf(route, text)))));
      }
      // Those that change nothing stand in nobody's way; most of their time is silence.
      if (route.method === 'GET') await Promise.all(tries.map((one) => one()));
      else for (const one of tries) await one();
      assert.deepEqual(await server.hostile.leftBehind(), [], addressOf(route));
    }
  }
  assert.ok(asked > 500, String(asked));
});

/** Good texts where not every text is one. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  environmentId: 'local',
  containerId: 'runner',
  containerIds: 'runner',
  imageId: 'other:1',
  image: 'base:1',
  networkId: 'mine',
  network: 'bridge',
  volumeName: 'kept',
  path: '/etc/hosts',
  source: '/etc/hosts',
  target: '/target',
  url: 'http://127.0.0.1:1/none.tar',
  signal: 'SIGTERM',
  terminalId: 'a'.repeat(64),
};

/** An account and its keys are handed to no program, and one of these would end the session of the test. */
const procedures = Object.entries<unknown>(appRouter._def.procedures).filter(([path]) => !path.startsWith('session.'));

test('what a procedure of the dashboard is given is data', OPTIONS, async () => {
  const owner = await setUpOwner(server.davit, 'ann', 'a long enough passphrase');
  const looked = new Set<$ZodType>();
  const samples = (name: string) => (/^(?:new)?name$/i.test(name) ? `made-${randomUUID().slice(0, 8)}` : SAMPLES[name]);
  let done = 0;
  for (const [path, procedure] of procedures) {
    const { inputs, type } = (procedure as { _def: { inputs: readonly $ZodType[]; type: string } })._def;
    // To create and to run a container are asked for in the same words.
    const fields = inputs.filter((input) => !looked.has(input)).flatMap((input) => fieldsOfInput(input, samples));
    if (type === 'mutation') for (const input of inputs) looked.add(input);
    for (const { path: field, holding } of fields) {
      await untilTaken(server.hostile, async (text) => {
        const what = `${path} with ${field} ${JSON.stringify(text)}`;
        const body = JSON.stringify(superjson.serialize(holding(text)));
        const address = `${server.davit.url}/api/trpc/${path}`;
        const answer =
          type === 'query'
            ? await owner.send(`${address}?input=${encodeURIComponent(body)}`)
            : await owner.send(address, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
        assertSound({ status: answer.status, text: await answer.text() }, what);
        if (answer.status >= 300) return false;
        done += 1;
        if (type === 'mutation') await clear(owner, server);
        return true;
      });
    }
    assert.deepEqual(await server.hostile.leftBehind(), [], path);
  }
  assert.ok(done > 100, String(done));
});

/** What was made goes, and what was there is there again. */
async function clear({ trpc }: ApiClient, server: Server): Promise<void> {
  for (const { id, name } of await trpc.containers.list.query({})) {
    if (name !== 'runner') await trpc.containers.remove.mutate({ containerId: id, force: true, volumes: true });
  }
  for (const { id, name } of await trpc.networks.list.query({})) {
    if (name.startsWith('made-')) await trpc.networks.remove.mutate({ networkId: id });
  }
  await renew(server);
}
