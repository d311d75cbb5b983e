// A listener with sockets and a database of its own, over an engine that remembers what it was asked. For tests.

import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { EngineError } from '#engine/errors/index.ts';
import { EventBus } from '#engine/events/index.ts';
import { silentLogger, systemClock } from '#engine/lib/index.ts';
import { createOwnership, type Role } from '#server/access/index.ts';
import { createAudit } from '#server/audit/index.ts';
import { createAuth, watchSessions } from '#server/auth/index.ts';
import { openTestDatabase } from '#server/db/test-database.ts';
import { createOperations } from '#server/operations/index.ts';
import type { Environment } from '../environments/index.ts';
import { attachRealtime } from '../realtime/index.ts';
import { fakePty } from '../terminals/fake-pty.ts';
import { HostTerminals, openHostTerminalSwitch, Terminals } from '../terminals/index.ts';
import type { Services } from '../trpc/context.ts';
import { createContextFactory, createListener } from './index.ts';

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Containers `own-<user>` belong to that user; everything else is not found. Logs go on until they are aborted. */
function recordingEngine(calls: string[]) {
  const record = (area: string, parts: Record<string, unknown>) =>
    new Proxy(parts, {
      get: (target, name) => {
        const known = target[String(name)];
        return (...args: unknown[]) => {
          calls.push(`${area}.${String(name)}`);
          if (typeof known === 'function') return known(...args);
          return Promise.reject(new EngineError('unsupported', 'The engine of this test cannot do that'));
        };
      },
    });
  const inspect = async (ref: string) => {
    const [, createdBy] = /^own-(\w+)$/.exec(ref) ?? [];
    if (createdBy === undefined) throw new EngineError('not_found', `No such container: ${ref}`);
    return { id: ref, name: ref, createdBy };
  };
  interface Following {
    signal: AbortSignal;
    follow?: boolean;
    onCurrent?: () => void;
  }
  async function* logs(_id: string, { signal, follow, onCurrent }: Following) {
    yield [{ time: 'T1', stream: 'stdout', text: Buffer.from('first'), cursor: '1', complete: true }];
    if (follow === true) {
      onCurrent?.();
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      calls.push('containers.logs ended');
    }
  }
  const logBytes = async () =>
    (async function* () {
      yield Buffer.from('first\n');
    })();
  const backup = async (_name: string, { sink }: { sink: Writable }) => {
    await new Promise<void>((done) => sink.end('an archive', done));
    return { entries: 1, notes: [] };
  };
  const inspectExec = async (id: string) => ({ id, containerId: `own-${id.startsWith('0') ? 'me' : 'other'}` });
  /** `own-refused` fails at once, `own-broken` in the middle, `own-endless` when it is aborted. */
  async function sendTar(id: string, sink: Writable, { signal }: { signal: AbortSignal }) {
    if (id === 'own-refused')
      throw new EngineError('conflict', 'The engine of this test refuses', { reason: 'refused' });
    sink.write('the first part');
    if (id === 'own-endless') {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      calls.push('containers.export ended');
    } else if (id === 'own-broken') {
      // More than is kept before the first byte goes out.
      if (!sink.write(Buffer.alloc(4 << 20))) await once(sink, 'drain');
    } else {
      sink.end(', the last part');
      return;
    }
    sink.destroy();
    throw new EngineError('data_corrupt', 'The engine of this test breaks', { reason: 'broken' });
  }
  const sendFiles = (id: string, _path: string, sink: Writable, opts: { signal: AbortSignal }) =>
    sendTar(id, sink, opts);
  const save = async () => ({ stream: Readable.from([Buffer.from('saved')], { objectMode: false }), sizeBytes: 5 });
  const inspectImage = async (name: string) => ({ id: `sha256:${name}`, references: [`${name}:latest`] });
  return {
    id: 'local',
    events: new EventBus(),
    isReady: () => ({ ready: true, problems: [] }),
    containers: record('containers', { inspect, logBytes, logs, inspectExec, export: sendTar, readArchive: sendFiles }),
    images: record('images', { save, inspect: inspectImage }),
    volumes: record('volumes', { get: async (name: string) => ({ name, usedBy: [] }), backup }),
    networks: record('networks', {}),
    metrics: record('metrics', {
      watch: () => ({ [Symbol.dispose]: () => void calls.push('metrics.watch ended') }),
      range: async () => ({ stepMs: 10_000, at: [], values: [], marks: [], since: undefined }),
    }),
  };
}

export async function openTestServer(opts: { recheckMs?: number; hostTerminal?: boolean } = {}) {
  await using stack = new AsyncDisposableStack();
  const { db, file } = stack.use(await openTestDatabase());
  const operations = stack.use(createOperations({ db, log: silentLogger, clock: systemClock }));
  const ownership = createOwnership(db, { environmentId: 'local', clock: systemClock });
  for (const user of ['me', 'other']) await ownership.claim('volume', `own-${user}`, user);
  const auth = createAuth({ db, databaseFile: file });
  const calls: string[] = [];
  const environment = recordingEngine(calls) as unknown as Environment;
  const terminals = stack.use(
    new Terminals({
      folder: `${file}.terminals`,
      environment: () => environment as unknown as Environment,
      clock: systemClock,
      log: silentLogger,
    }),
  );
  const audit = createAudit(db, { clock: systemClock });
  const power = await openHostTerminalSwitch(db, {
    fixed: opts.hostTerminal ?? true,
    clock: systemClock,
  });
  const hostTerminals = stack.use(
    new HostTerminals({
      power,
      sessions: auth.sessions,
      audit,
      clock: systemClock,
      log: silentLogger,
      spawn: async () => fakePty(),
    }),
  );
  const services: Services = {
    version: '1.2.3',
    environments: { get: () => environment, list: () => [environment] },
    ownership,
    audit,
    auth,
    operations,
    terminals,
    hostTerminals,
    openRemote: () => Promise.reject(new Error('not used')),
    log: silentLogger,
  };
  const hosts = new Set(['davit.example']);
  const shared = { services, hosts, https: false };
  const listener = createListener({
    ...shared,
    createContext: createContextFactory({ services, https: false }),
    dev: false,
    notReady: async () => [],
    position: () => realtime.position(),
    page: async (_req, res) => void res.end('page'),
  });
  const realtime = stack.use(attachRealtime(listener, { ...shared, recheckMs: opts.recheckMs }));
  stack.use(watchSessions(db, auth.sessions, silentLogger));
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  stack.defer(() => {
    realtime[Symbol.dispose]();
    listener.closeAllConnections();
    return new Promise<void>((done) => {
      listener.close(() => done());
    });
  });
  const { port } = listener.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const send = (method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> => {
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
  /** Somebody signed in without a password: the headers of their browser. */
  const enter = async (role: Role, id = 'me') => {
    const now = new Date();
    const person = { id, name: id, nameKey: id, role, passwordHash: '-', createdAt: now, passwordChangedAt: now };
    await db.user.upsert({ where: { id }, create: person, update: { role } });
    const { token, session } = await auth.sessions.create({ id, role }, { address: '127.0.0.1', userAgent: 'test' });
    return { sessionId: session.id, headers: { origin: url, cookie: `davit=${token}` } };
  };
  return {
    url,
    db,
    file,
    auth,
    services,
    calls,
    send,
    enter,
    stack: stack.move(),
    [Symbol.asyncDispose]() {
      return this.stack.disposeAsync();
    },
  };
}

export type TestServer = Awaited<ReturnType<typeof openTestServer>>;
