import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { EventBus } from '#engine/events/index.ts';
import { silentLogger, systemClock } from '#engine/lib/index.ts';
import { createOwnership } from '#server/access/index.ts';
import { createAudit } from '#server/audit/index.ts';
import { createAuth } from '#server/auth/index.ts';
import { openTestDatabase } from '#server/db/test-database.ts';
import { createOperations } from '#server/operations/index.ts';
import type { Environment } from '../environments/index.ts';
import { HostTerminals, openHostTerminalSwitch, Terminals } from '../terminals/index.ts';
import type { Services } from '../trpc/context.ts';
import { createContextFactory, createListener } from './index.ts';

const PASSWORD = 'a long enough passphrase';

interface WantedLog {
  framed: boolean;
  timestamps: boolean;
  since?: Date;
  until?: Date;
  stdout: boolean;
  stderr: boolean;
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A server with a database of its own and an engine that only remembers what it was given. */
async function openServer() {
  await using stack = new AsyncDisposableStack();
  const { db, file } = stack.use(await openTestDatabase());
  const operations = stack.use(createOperations({ db, log: silentLogger, clock: systemClock }));
  const auth = createAuth({ db, databaseFile: file });
  const imported: { bytes: number; reference: string | undefined }[] = [];
  const environment = {
    id: 'local',
    events: new EventBus(),
    images: {
      import: async (opts: { source: AsyncIterable<Buffer>; reference?: string }) => {
        let bytes = 0;
        for await (const chunk of opts.source) bytes += chunk.length;
        imported.push({ bytes, reference: opts.reference });
        return { id: 'sha256:1', references: [opts.reference], sizeBytes: bytes };
      },
    },
    containers: {
      inspect: async () => ({ id: 'c1', name: 'web/../x', createdBy: undefined }),
      logBytes: async function* (_ref: string, { framed, timestamps, ...wanted }: WantedLog) {
        const { since, until, stdout, stderr } = wanted;
        const range = since && until ? `${since.toISOString()} ${until.toISOString()} ${stdout} ${stderr} ` : '';
        yield Buffer.from(`${range}${framed} ${timestamps}\n`);
        yield Buffer.from('second\n');
      },
    },
  };
  const terminals = stack.use(
    new Terminals({
      folder: `${file}.terminals`,
      environment: () => environment as unknown as Environment,
      clock: systemClock,
      log: silentLogger,
    }),
  );
  const audit = createAudit(db, { clock: systemClock });
  const services: Services = {
    version: '1.2.3',
    environments: { get: () => environment as unknown as Environment, list: () => [] },
    ownership: createOwnership(db, { environmentId: 'local', clock: systemClock }),
    audit,
    auth,
    operations,
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
    openRemote: () => Promise.reject(new Error('not used')),
    log: silentLogger,
  };
  const createContext = createContextFactory({ services, https: false });
  const hosts = new Set(['davit.example']);
  const listener = createListener({
    services,
    createContext,
    hosts,
    https: false,
    dev: false,
    notReady: async () => [{ code: 'starting' }],
    page: async (req, res) => {
      res.setHeader('x-saw-path', String(req.headers['x-davit-path']));
      res.end(String(req.headers['x-nonce']));
    },
  });
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  stack.defer(() => {
    listener.closeAllConnections();
    return new Promise<void>((done) => {
      listener.close(() => done());
    });
  });
  const { port } = listener.address() as AddressInfo;
  const send = async (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body = '',
  ): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const req = request({ port, host: '127.0.0.1', method, path, headers, agent: false }, (res) => {
      buffer(res).then(
        (bytes) => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: `${bytes}` }),
        reject,
      );
    });
    req.on('error', reject);
    req.end(body);
    return promise;
  };
  const { code } = await auth.issueSetupCode();
  const origin = `http://127.0.0.1:${port}`;
  const json = { 'content-type': 'application/json', origin };
  const owner = JSON.stringify({ json: { code, name: 'ann', password: PASSWORD } });
  const signIn = async () => {
    const answer = await send('POST', '/api/trpc/session.setup', json, owner);
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    return { ...json, cookie };
  };
  return {
    send,
    signIn,
    origin,
    imported,
    operations,
    stack: stack.move(),
    [Symbol.asyncDispose]() {
      return this.stack.disposeAsync();
    },
  };
}

test('foreign names and foreign sites are turned away before anything else', async () => {
  await using server = await openServer();
  const { send } = server;
  assert.equal((await send('GET', '/healthz', { host: 'evil.example' })).status, 421);
  assert.equal((await send('GET', '/healthz', { host: 'davit.example:7300' })).status, 200);
  const foreign: Record<string, string>[] = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { cookie: 'davit=x' },
  ];
  for (const headers of foreign) assert.equal((await send('POST', '/api/trpc/session.signOut', headers)).status, 403);
  assert.equal((await send('GET', '/readyz')).status, 503);
  assert.equal((await send('GET', '/api/nothing')).status, 404);
});

test('every page has a policy with a nonce of its own, whatever the client brings', async () => {
  await using server = await openServer();
  const pages = await Promise.all([1, 2].map(() => server.send('GET', '/', { 'x-nonce': 'mine' })));
  const nonces = pages.map(({ body }) => body);
  assert.equal(new Set([...nonces, 'mine']).size, 3);
  for (const { headers, body } of pages) {
    assert.ok(String(headers['content-security-policy']).includes(`'nonce-${body}'`));
    assert.equal(headers['x-content-type-options'], 'nosniff');
  }
});

test('a page learns its own address, which sign-in leads back to, from nobody else', async () => {
  await using server = await openServer();
  const inner = await server.send('GET', '/containers?state=running&_rsc=1x2', { 'x-davit-path': '/forged' });
  assert.equal(inner.headers['x-saw-path'], '/containers?state=running');
  assert.equal((await server.send('GET', '/images')).headers['x-saw-path'], '/images');
});

test('an upload streams into an operation that outlives the request', async () => {
  await using server = await openServer();
  const path = '/api/uploads/images/import?reference=a:1';
  const body = 'x'.repeat(3_000_000);
  assert.equal((await server.send('POST', path, { origin: server.origin }, 'x')).status, 401);
  const headers = await server.signIn();
  assert.equal((await server.send('POST', path, { ...headers, 'content-type': 'text/plain' }, 'x')).status, 400);
  const answer = await server.send('POST', path, { ...headers, 'content-type': 'application/x-tar' }, body);
  assert.equal(answer.status, 202);
  const { operationId } = JSON.parse(answer.body) as { operationId: string };
  assert.equal((await server.operations.wait(operationId)).state, 'succeeded');
  assert.deepEqual(server.imported, [{ bytes: 3_000_000, reference: 'a:1' }]);
});

test('a log is downloaded under a safe name, by people who are signed in', async () => {
  await using server = await openServer();
  assert.equal((await server.send('GET', '/api/containers/c1/log')).status, 401);
  const { cookie } = await server.signIn();
  const answer = await server.send('GET', '/api/containers/c1/log?timestamps=1', { cookie });
  assert.equal(answer.body, 'false true\nsecond\n');
  assert.equal(answer.headers['content-disposition'], 'attachment; filename="web_.._x.log"');
});

test('of a log a stretch of time and one stream are downloaded, packed for who asks for it', async () => {
  await using server = await openServer();
  const { cookie } = await server.signIn();
  const range = 'from=2026-11-21T10:59:00.000Z&to=2026-11-21T11:14:00.000Z&stream=stderr';
  const words = '2026-11-21T10:59:00.000Z 2026-11-21T11:14:00.000Z false true false false\nsecond\n';
  const plain = await server.send('GET', `/api/containers/c1/log?${range}`, { cookie });
  assert.equal(plain.body, words);
  const name = 'web_.._x_2026-11-21T10-59_15m.log';
  assert.equal(plain.headers['content-disposition'], `attachment; filename="${name}"`);

  const answer = await fetch(`${server.origin}/api/containers/c1/log?${range}&gzip=1`, { headers: { cookie } });
  assert.equal(answer.headers.get('content-disposition'), `attachment; filename="${name}.gz"`);
  assert.equal(answer.headers.get('content-encoding'), null);
  assert.equal(gunzipSync(new Uint8Array(await answer.arrayBuffer())).toString(), words);

  for (const wrong of ['from=yesterday', 'stream=both', 'gzip=yes']) {
    assert.equal((await server.send('GET', `/api/containers/c1/log?${wrong}`, { cookie })).status, 400, wrong);
  }
});

test('signing out takes the cookie away, and the old one opens nothing', async () => {
  await using server = await openServer();
  const headers = await server.signIn();
  const sessions = '/api/trpc/session.listSessions?input=%7B%22json%22%3A%7B%7D%7D';
  assert.equal((await server.send('GET', sessions, headers)).status, 200);
  const out = await server.send('POST', '/api/trpc/session.signOut', headers, '{"json":{}}');
  assert.match(String(out.headers['set-cookie']), /^davit=; Max-Age=0/);
  assert.equal((await server.send('GET', sessions, headers)).status, 401);
});

test('an idle connection stays long enough for the next click', async () => {
  await using server = await openServer();
  const { headers } = await fetch(`${server.origin}/readyz`);
  assert.equal(headers.get('keep-alive'), 'timeout=60');
});
