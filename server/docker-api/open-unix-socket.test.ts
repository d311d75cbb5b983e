import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import { silentLogger, systemClock } from '#engine/lib/index.ts';
import type { AttachStream, OutputChunk } from '#engine/runtime/index.ts';
import { createOwnership } from '#server/access/index.ts';
import { createAudit } from '#server/audit/index.ts';
import { createAuth } from '#server/auth/index.ts';
import { openTestDatabase } from '#server/db/test-database.ts';
import { createOperations } from '#server/operations/index.ts';
import type { Environment } from '../environments/index.ts';
import { HostTerminals, openHostTerminalSwitch, Terminals } from '../terminals/index.ts';
import { openUnixSocket } from './open-unix-socket.ts';
import type { DockerServices } from './route.ts';

const ACCOUNTS: Readonly<Record<number, string>> = { 1000: 'ann', 1001: 'stranger', 1002: 'gone' };
const OWN = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);

/** Says back on stderr what it is told, and ends when its input does. */
function echoStream(calls: string[]): AttachStream {
  const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
  const heard: Buffer[] = [];
  async function* output(): AsyncGenerator<OutputChunk> {
    yield { stream: 'stdout', data: Buffer.from('ready') };
    await ended;
    yield { stream: 'stderr', data: Buffer.concat(heard) };
  }
  return {
    output: output(),
    replayBytes: 0,
    async writeStdin(data) {
      heard.push(Buffer.from(data));
    },
    closeStdin: () => end(undefined),
    resize: () => undefined,
    exited: ended,
    close: () => void calls.push('closed'),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Two containers: one of ann, one of somebody else. */
function fakeEnvironment(calls: string[], annId: string) {
  const config = { tty: false, openStdin: true, log: { driver: 'json-file' } };
  const known: Readonly<Record<string, { id: string; name: string; createdBy: string; config: object }>> = {
    own: { id: OWN, name: 'own', createdBy: annId, config },
    other: { id: OTHER, name: 'other', createdBy: 'somebody', config },
  };
  const inspect = async (ref: string) => {
    const found = known[ref] ?? Object.values(known).find(({ id }) => id === ref);
    if (found === undefined) throw new EngineError('not_found', `No such container: ${ref}`);
    return found;
  };
  const containers = {
    inspect,
    identify: inspect,
    async start(id: string) {
      calls.push(`start ${id}`);
      return { started: !calls.slice(0, -1).includes(`start ${id}`) };
    },
    async wait(id: string, opts: { onWaiting(): void; condition?: string; signal: AbortSignal }) {
      opts.onWaiting();
      if (opts.condition === 'removed') {
        await new Promise((done) => opts.signal.addEventListener('abort', done));
        calls.push('wait cancelled');
        opts.signal.throwIfAborted();
      }
      calls.push(`wait ${id}`);
      return { exitCode: 3 };
    },
    list: async () => [],
    async attach() {
      return echoStream(calls);
    },
  };
  return { id: 'local', containers } as unknown as Environment;
}

async function openTest() {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'davit-docker-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const { db, file } = stack.use(await openTestDatabase());
  const auth = createAuth({ db, databaseFile: file });
  const now = new Date();
  for (const [name, role] of [
    ['ann', 'developer'],
    ['gone', 'admin'],
  ] as const) {
    const disabled = name === 'gone';
    const times = { createdAt: now, passwordChangedAt: now };
    await db.user.create({
      data: { id: `id-${name}`, name, nameKey: name, role, passwordHash: '-', disabled, ...times },
    });
  }
  const calls: string[] = [];
  const environment = fakeEnvironment(calls, 'id-ann');
  const terminals = stack.use(
    new Terminals({
      folder: join(folder, 'terminals'),
      environment: () => environment,
      clock: systemClock,
      log: silentLogger,
    }),
  );
  const audit = createAudit(db, { clock: systemClock });
  const services: DockerServices = {
    terminals,
    hostTerminals: stack.use(
      new HostTerminals({
        power: await openHostTerminalSwitch(db, { fixed: false, clock: systemClock }),
        sessions: auth.sessions,
        audit,
        clock: systemClock,
        log: silentLogger,
      }),
    ),
    environments: { get: () => environment, list: () => [environment] },
    ownership: createOwnership(db, { environmentId: 'local', clock: systemClock }),
    audit,
    operations: stack.use(createOperations({ db, log: silentLogger, clock: systemClock })),
    openRemote: () => Promise.reject(new Error('not used')),
    auth,
    log: silentLogger,
    version: '1.2.3',
  };
  const peer = { uid: 0 };
  const path = join(folder, 'docker.sock');
  const opts = {
    path,
    services,
    engine: { peerCredentials: async () => ({ pid: 1, gid: 0, ...peer }) },
    log: silentLogger,
    accountName: async (uid: number) => ACCOUNTS[uid],
  };
  const api = await openUnixSocket(opts);
  stack.use(api);
  async function send(method: string, url: string, headers: Record<string, string> = {}, body = '') {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; headers: object; body: string }>();
    const req = request({ socketPath: path, method, path: url, headers, agent: false }, (res) => {
      buffer(res).then(
        (bytes) => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: `${bytes}` }),
        reject,
      );
    });
    req.on('error', reject);
    req.end(body);
    return promise;
  }
  const held = stack.move();
  return { path, opts, services, calls, peer, send, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

test('answers carry the headers clients negotiate by', async () => {
  await using api = await openTest();
  const { status, headers, body } = await api.send('GET', '/_ping');
  assert.deepEqual([status, body], [200, 'OK']);
  const known = headers as Record<string, string>;
  assert.equal(known['api-version'], '1.51');
  assert.equal(known['ostype'], 'linux');
  assert.equal(known['docker-experimental'], 'false');
  assert.equal(known['swarm'], 'inactive');
  assert.equal(known['builder-version'], undefined);
  const head = await api.send('HEAD', '/v1.24/_ping');
  assert.deepEqual([head.status, head.body], [200, '']);
});

test('unknown paths, methods and versions are answered as dockerd does', async () => {
  await using api = await openTest();
  const notFound = { message: 'page not found' };
  for (const [method, url] of [
    ['GET', '/nope'],
    ['PUT', '/version'],
    ['GET', '/v1.x/version'],
  ] as const) {
    const { status, body } = await api.send(method, url);
    assert.deepEqual([status, JSON.parse(body)], [404, notFound], url);
  }
  const old = await api.send('GET', '/v1.20/version');
  assert.deepEqual(
    [old.status, old.body],
    [
      400,
      'client version 1.20 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version\n',
    ],
  );
  const fresh = await api.send('GET', '/v1.99/version');
  assert.deepEqual(
    [fresh.status, JSON.parse(fresh.body).message],
    [400, 'client version 1.99 is too new. Maximum supported API version is 1.51'],
  );
  const moved = await api.send('GET', '/v1.51/containers//own/json?size=1');
  assert.equal(moved.status, 301);
  assert.equal((moved.headers as { location?: string }).location, '/v1.51/containers/own/json?size=1');
  const swarm = await api.send('GET', '/v1.51/services');
  assert.equal(swarm.status, 503);
  assert.match(swarm.body, /This node is not a swarm manager/);
});

test('root is the owner, an account of the host is the user of its name, everybody else is nobody', async () => {
  await using api = await openTest();
  assert.equal((await api.send('POST', '/v1.51/containers/other/start')).status, 204);
  assert.equal((await api.send('POST', '/v1.51/containers/other/start')).status, 304);
  api.peer.uid = 1000;
  assert.equal((await api.send('POST', '/v1.51/containers/own/start')).status, 204);
  const refused = await api.send('POST', '/v1.51/containers/other/start');
  assert.deepEqual(
    [refused.status, JSON.parse(refused.body).message],
    [403, 'This needs the permission container:start'],
  );
  for (const uid of [1001, 1002, 4711]) {
    api.peer.uid = uid;
    const nobody = await api.send('GET', '/v1.51/containers/own/json');
    assert.equal(nobody.status, 403);
    assert.match(JSON.parse(nobody.body).message, /^permission denied: .* is no user of Davit/);
  }
  assert.deepEqual(api.calls, [`start ${OTHER}`, `start ${OTHER}`, `start ${OWN}`]);
});

test('what changes something is in the audit log, also when it was refused', async () => {
  await using api = await openTest();
  api.peer.uid = 1000;
  await api.send('POST', '/v1.51/containers/own/start');
  await api.send('POST', '/v1.51/containers/other/start');
  await api.send('GET', '/v1.51/containers/json');
  const rows = await api.services.audit.list();
  assert.deepEqual(
    rows.map(({ action, result, actor, object }) => [action, result, actor.name, object?.name]),
    [
      ['container.start', 'denied', 'ann', 'other'],
      ['container.start', 'allowed', 'ann', 'own'],
    ],
  );
});

test('bodies that are no JSON are refused in words clients know', async () => {
  await using api = await openTest();
  const create = (headers: Record<string, string>, body: string) =>
    api.send('POST', '/v1.51/containers/create', headers, body);
  const json = { 'content-type': 'application/json' };
  for (const [headers, body, words] of [
    [
      { 'content-type': 'text/plain' },
      '{}',
      /unsupported Content-Type header \(text\/plain\): must be 'application\/json'/,
    ],
    [json, '{', /^invalid JSON: /],
    [json, '', /^invalid JSON: got EOF while reading request body$/],
    [json, '{}', /^config cannot be empty in order to create a container$/],
  ] as const) {
    const answer = await create(headers, body);
    assert.equal(answer.status, 400);
    assert.match(JSON.parse(answer.body).message, words);
  }
  const large = await create(json, `{"Image":"${'x'.repeat(5 * 1024 * 1024)}"}`).catch((error: Error) => error);
  if (!(large instanceof Error)) assert.equal(large.status, 413);
});

test('a wait is answered with the exit code', async () => {
  await using api = await openTest();
  const { status, body } = await api.send('POST', '/v1.51/containers/own/wait?condition=next-exit');
  assert.deepEqual([status, body], [200, '{"StatusCode":3}\n']);
  const bad = await api.send('POST', '/v1.51/containers/own/wait?condition=bogus');
  assert.deepEqual([bad.status, JSON.parse(bad.body).message], [400, 'invalid condition: "bogus"']);
});

test('a socket left behind is replaced; one in use, or a file, is not', async () => {
  await using api = await openTest();
  await assert.rejects(openUnixSocket(api.opts), { code: 'unavailable', message: /is used by another program/ });
  const file = `${api.path}.txt`;
  await writeFile(file, 'mine');
  await assert.rejects(openUnixSocket({ ...api.opts, path: file }), {
    code: 'unavailable',
    message: /is not a socket/,
  });
  const stale = `${api.path}.stale`;
  const server = createServer();
  await new Promise<void>((done) => server.listen({ path: stale }, done));
  // Closing unlinks it; a crash does not.
  const { link } = await import('node:fs/promises');
  await link(stale, `${stale}.kept`);
  await new Promise((done) => server.close(done));
  await using again = await openUnixSocket({ ...api.opts, path: `${stale}.kept` });
  assert.ok(again);
  assert.ok((await stat(`${stale}.kept`)).isSocket());
  assert.equal((await stat(`${stale}.kept`)).mode & 0o007, 0);
});

test('nothing of a request is read before its sender is known', async () => {
  await using api = await openTest();
  const { promise, resolve } = Promise.withResolvers<void>();
  const path = `${api.path}.slow`;
  let asked = 0;
  const peerCredentials = async () => {
    asked += 1;
    await promise;
    return { pid: 1, uid: 0, gid: 0 };
  };
  await using _api = await openUnixSocket({ ...api.opts, path, engine: { peerCredentials } });
  const socket = connect(path);
  socket.write(
    'POST /v1.51/containers/own/start HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
  );
  while (asked === 0) await new Promise((done) => setImmediate(done));
  assert.deepEqual(api.calls, []);
  resolve();
  assert.match(`${await buffer(socket)}`, /^HTTP\/1.1 204 /);
  assert.deepEqual(api.calls, [`start ${OWN}`]);
});

test('a client that ends its half right behind its request is answered', async () => {
  await using api = await openTest();
  const socket = connect({ path: api.path, allowHalfOpen: true });
  socket.end('POST /v1.51/containers/own/start HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
  assert.match(`${await buffer(socket)}`, /^HTTP\/1.1 204 /);
  assert.deepEqual(api.calls, [`start ${OWN}`]);
});

test('a call that goes on after its client has ended its half is cancelled, and the connection ends', async () => {
  await using api = await openTest();
  const socket = connect({ path: api.path, allowHalfOpen: true });
  socket.end('POST /v1.51/containers/own/wait?condition=removed HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
  await buffer(socket);
  assert.deepEqual(api.calls, ['wait cancelled']);
});

const ATTACH = '/containers/own/attach?stream=1&stdin=1&stdout=1&stderr=1';

test('an upgraded connection carries frames, and the client may end its half first', async () => {
  await using api = await openTest();
  const socket = connect({ path: api.path, allowHalfOpen: true });
  const head = `POST /v1.51${ATTACH} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n`;
  // What a client sends with its head belongs to the stream.
  socket.write(`${head}one `);
  socket.write('two');
  socket.end();
  const [lines, body] = splitHead(await buffer(socket));
  assert.deepEqual(lines.slice(0, 2), [
    'HTTP/1.1 101 UPGRADED',
    'Content-Type: application/vnd.docker.multiplexed-stream',
  ]);
  const frame = (stream: number, text: string) =>
    `${String.fromCharCode(stream, 0, 0, 0, 0, 0, 0, text.length)}${text}`;
  assert.equal(body, frame(1, 'ready') + frame(2, 'one two'));
  assert.deepEqual(api.calls, ['closed']);
});

test('a client that asks for no upgrade gets the stream until it ends', async () => {
  await using api = await openTest();
  const plain = await api.send('POST', `/v1.51${ATTACH}`, {}, '');
  assert.equal(plain.status, 200);
  assert.equal((plain.headers as { 'content-type'?: string })['content-type'], 'application/vnd.docker.raw-stream');
  assert.match(plain.body, /ready/);
});

test('an upgrade of nothing is answered and the connection ends', async () => {
  await using api = await openTest();
  const socket = connect(api.path);
  socket.write('POST /nothing HTTP/1.1\r\nHost:\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
  const [lines, body] = splitHead(await buffer(socket));
  assert.equal(lines[0], 'HTTP/1.1 404 Not Found');
  assert.equal(body, '{"message":"page not found"}\n');
});

function splitHead(bytes: Buffer): [string[], string] {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  return [text.slice(0, end).split('\r\n'), text.slice(end + 4)];
}
