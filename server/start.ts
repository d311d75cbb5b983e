import { Server as TlsServer } from 'node:https';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { EngineError, isEngineError } from '#engine/errors/index.ts';
import { type Engine, enginePaths } from '#engine/index.ts';
import { armFailpoints, type Logger, systemClock } from '#engine/lib/index.ts';
import { can, createOwnership } from '#server/access/index.ts';
import { createAudit } from '#server/audit/index.ts';
import { createAuth, watchSessions } from '#server/auth/index.ts';
import { assertNotLocked, type Config, ensureUsableFolder, parseConfig, readFlags } from '#server/config/index.ts';
import { Backlog, keepCopies, openDatabase, Reserve } from '#server/db/index.ts';
import { createOperations, type Operations } from '#server/operations/index.ts';
import { createStores } from '#server/stores/index.ts';
import packageJson from '../package.json' with { type: 'json' };
import { openDockerApi } from './docker-api/index.ts';
import { createEnvironments, LOCAL, type OpenedEngine, openEngine } from './environments/index.ts';
import {
  type CreateContext,
  createContextFactory,
  createListener,
  createPeerCheck,
  toBlockList,
} from './http/index.ts';
import type { HandlePage } from './http/listener.ts';
import { preparePages } from './http/pages.ts';
import { type OwnMetrics, openMetrics } from './metrics/index.ts';
import { createLogger, giveBackAtRest, watchFaults } from './observability/index.ts';
import { attachRealtime } from './realtime/index.ts';
import { HostTerminals, openHostTerminalSwitch, Terminals } from './terminals/index.ts';
import { prepareTransport, readServerAuthority, renewEvery, type Transport } from './tls/index.ts';
import { assertGuarded } from './trpc/assert-guarded.ts';
import type { Services } from './trpc/context.ts';
import { createPageCaller } from './trpc/page-caller.ts';
import { appRouter } from './trpc/router.ts';
import { openRemote } from './uploads/open-remote.ts';

const ROOT = join(import.meta.dirname, '..');
const SWEEP_MS = 15_000;
const RESERVE_MS = 30_000;
const EXIT_MS = 10_000;

/** The whole server: configuration, database, stores, engine, entrances; ended in reverse by SIGTERM or SIGINT. */
export async function start(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  assertGuarded(appRouter);
  const config = parseConfig({ flags: readFlags(args).flags, env });
  const log = createLogger(config.logLevel);
  const failpoints = env['DAVIT_FAILPOINT'] ?? '';
  armFailpoints(failpoints);
  if (failpoints !== '') log.warn({ failpoints }, 'this server fails on purpose');
  await using stack = new AsyncDisposableStack();
  stack.use(watchFaults(log));
  const paths = enginePaths(config.dataRoot, config.runRoot);
  await ensureUsableFolder('--data-root', config.dataRoot, 0o700);
  await ensureUsableFolder('--run-root', config.runRoot, 0o700);
  await assertNotLocked(paths.lock);
  const reserve = new Reserve(paths.reserve, log);
  await reserve.openDoor();
  const { db } = stack.use(await openDatabase({ file: paths.database, log, makeRoom: () => reserve.release() }));
  const late = new Backlog(paths.lateRecords, log);
  const auth = createAuth({ db, databaseFile: paths.database });
  const operations = stack.use(createOperations({ db, log, clock: systemClock }));
  const opened = await openEngine({
    paths,
    stores: createStores(db, late),
    instance: config.instance,
    addressPools: config.addressPools,
    runtime: config.runtime,
    buildFolder: join(ROOT, '.davit-build'),
    log,
    clock: systemClock,
  });
  if (opened.engine !== undefined) stack.use(opened.engine);
  const { engine } = opened;
  const parts = engine && { engine, metrics: stack.use(openMetrics({ ...config, file: paths.metricsDatabase, log })) };
  // The engine last: its thread gives back what all of them have freed.
  if (parts !== undefined) stack.use(giveBackAtRest({ holders: [parts.metrics, parts.engine], log }));
  const environments = createEnvironments(parts, opened.problem);
  const environment = environments.get;
  const audit = createAudit(db, { clock: systemClock, late });
  // Before the engine compares what is there with what the records say.
  await late.load();
  const power = await openHostTerminalSwitch(db, { fixed: config.hostTerminal, clock: systemClock });
  const hostTerminals = stack.use(
    new HostTerminals({ power, sessions: auth.sessions, audit, clock: systemClock, log }),
  );
  const services: Services = {
    version: packageJson.version,
    environments,
    terminals: stack.use(
      new Terminals({
        folder: paths.terminals,
        environment,
        clock: systemClock,
        log,
        keepMinutesOf: async (userId) => (await auth.preferencesOf(userId)).terminal?.keepMinutes,
      }),
    ),
    hostTerminals,
    ownership: createOwnership(db, { environmentId: LOCAL, clock: systemClock }),
    audit,
    auth,
    operations,
    dockerClients: {
      socket: config.dockerSocket,
      tcp: config.dockerTcp,
      authority: () => readServerAuthority(config, paths.tls),
    },
    // Whoever may configure the host reaches its network anyway.
    openRemote: (url, actor, signal) => openRemote(url, { signal, allowPrivate: can(actor, 'host:configure') }),
    log,
  };
  const transport = await prepareTransport(config, paths.tls, systemClock);
  const { https } = transport;
  const createContext = createContextFactory({ services, https, proxies: config.behindProxy });
  const pages = preparePages(ROOT, log);
  if (pages !== undefined) stack.use(pages);
  const page = pages?.handle;
  let started = false;
  const isStarting = (): boolean => !started;
  const { address, realtime } = await openEntrances({
    ...{ config, services, opened, createContext, transport, log, stack, page },
    isStarting,
  });
  stack.use(sweepSessions(services));
  stack.use(watchSessions(db, auth.sessions, log));
  stack.defer(() => {
    // A net under everything above: what hangs must not keep the process.
    setTimeout(() => process.exit(1), EXIT_MS).unref();
  });
  // Listening comes first: joining many containers may take a while, and /readyz tells when it is done.
  const starting = startEngine(opened, log).then(() => settleOperations(opened, operations, log));
  void starting.then(() => followEngine(parts, log));
  void starting.then(() => stack.use(late.keepTrying()));
  stack.use(keepReserve(reserve, log));
  void starting.then(() => stack.use(keepCopies(paths.database, log)));
  const docker = starting.then(() => {
    const { engine, problem } = opened;
    if (engine === undefined || problem !== undefined) return undefined;
    return openDockerApi({ config, services, engine, tlsFolder: paths.tls });
  });
  // Who waits for /readyz finds the socket of docker clients then.
  void docker.then(() => {
    started = true;
  });
  stack.defer(async () => (await docker)?.[Symbol.asyncDispose]());
  // Else the cache is written at a clean end only, and a server that was killed starts at half the speed again.
  void docker.then(() => pages?.load()).then(flushCompileCache);
  process.stdout.write(`Davit is at ${https ? 'https' : 'http'}://${address}\n`);
  if (transport.own !== undefined) {
    process.stdout.write(`Its certificate is signed by ${paths.tls}/ca.pem, SHA-256 ${transport.own.fingerprint}\n`);
  }
  if (await auth.needsSetup()) {
    const { file } = await auth.issueSetupCode();
    process.stdout.write(`No owner yet. The setup code is in ${file} (or: ./davit admin setup-code)\n`);
  }
  await Promise.race([untilToldToStop(), starting.then(() => assertOurs(opened))]);
  realtime.tellClosing();
  log.info({}, 'stopping');
  await starting;
}

interface EntranceOptions {
  config: Config;
  services: Services;
  opened: OpenedEngine;
  createContext: CreateContext;
  transport: Transport;
  log: Logger;
  stack: AsyncDisposableStack;
  page: HandlePage | undefined;
  /** Until the engine has joined what it owns and docker clients are let in. */
  isStarting: () => boolean;
}

async function openEntrances(
  opts: EntranceOptions,
): Promise<{ address: string; realtime: ReturnType<typeof attachRealtime> }> {
  const { config, services, opened, createContext, transport, log, stack, page, isStarting } = opts;
  const { https, hosts, tls, own } = transport;
  stack.use(createPageCaller(services, https));
  const { behindProxy } = config;
  const acceptsPeer = createPeerCheck(behindProxy && toBlockList(behindProxy));
  const listener = createListener({
    services,
    createContext,
    hosts,
    https,
    tls,
    authority: own?.authority,
    acceptsPeer,
    dev: false,
    notReady: async () => {
      await services.auth.needsSetup();
      if (opened.engine === undefined || opened.problem !== undefined)
        return [{ code: 'engine', fix: './davit doctor' }];
      if (isStarting()) return [{ code: 'starting' }];
      return opened.engine.isReady().problems.map(({ code, fix }) => ({ code, fix }));
    },
    position: () => realtime.position(),
    page,
  });
  const realtime = stack.use(attachRealtime(listener, { services, hosts, https, acceptsPeer }));
  if (own !== undefined && listener instanceof TlsServer) {
    stack.use(renewEvery(async () => listener.setSecureContext(await own.renew()), log));
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  listener.once('error', (cause: NodeJS.ErrnoException) => reject(toListenProblem(config, cause)));
  listener.listen(config.listen.port, config.listen.host, resolve);
  await promise;
  stack.defer(async () => {
    const closed = new Promise((done) => listener.close(done));
    listener.closeIdleConnections();
    const timer = setTimeout(() => listener.closeAllConnections(), 2_000);
    await closed;
    clearTimeout(timer);
  });
  const bound = listener.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : config.listen.port;
  const { host } = config.listen;
  return { address: `${host.includes(':') ? `[${host}]` : host}:${port}`, realtime };
}

function toListenProblem({ listen: { host, port } }: Config, cause: NodeJS.ErrnoException): Error {
  const refuse = (reason: string, what: string) =>
    new EngineError(
      'unavailable',
      `${what}; choose another with --listen HOST:PORT`,
      { reason, host, port },
      { cause },
    );
  if (cause.code === 'EADDRINUSE') return refuse('listen_in_use', `${host} port ${port} is used by another program`);
  if (cause.code === 'EADDRNOTAVAIL') return refuse('listen_unknown', `${host} is no address of this host`);
  if (cause.code === 'ENOTFOUND') return refuse('listen_unknown', `${host} is no name that this host knows`);
  return cause;
}

async function startEngine(opened: OpenedEngine, log: Logger): Promise<void> {
  try {
    await opened.engine?.start();
  } catch (problem) {
    opened.problem = problem;
    log.error({ err: problem }, 'the engine did not start');
  }
}

/** Resolves never; rejects when another server got the data root before this one, which then must leave it alone. */
async function assertOurs({ problem }: OpenedEngine): Promise<never> {
  if (isEngineError(problem) && problem.details['reason'] === 'data_root_locked') throw problem;
  return await new Promise<never>(() => undefined);
}

/** What a server that is gone left under way. Another one that still uses this data root has its own under way there. */
async function settleOperations(
  { problem }: OpenedEngine,
  operations: Pick<Operations, 'interruptStale'>,
  log: Logger,
): Promise<void> {
  if (isEngineError(problem) && problem.details['reason'] === 'data_root_locked') return;
  try {
    await operations.interruptStale();
  } catch (err) {
    log.error({ err }, 'operations of an earlier server still say that they run');
  }
}

/** What it cannot list now it will list a while later. */
async function followEngine(parts: { engine: Engine; metrics: OwnMetrics } | undefined, log: Logger): Promise<void> {
  try {
    await parts?.metrics.follow(parts.engine);
  } catch (err) {
    log.error({ err }, 'metrics are not sampled');
  }
}

/** Ends what ran out, so that the sockets of forgotten tabs are cut. */
function sweepSessions({ auth, log }: Services): Disposable {
  const timer = setInterval(() => {
    auth.sessions.sweep().catch((err: unknown) => log.error({ err }, 'sessions could not be swept'));
  }, SWEEP_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Whole again soon after there is room. */
function keepReserve(reserve: Reserve, log: Logger): Disposable {
  const refill = (): void =>
    void reserve.refill().catch((err: unknown) => log.warn({ err }, 'the reserve on the disk could not be made'));
  refill();
  const timer = setInterval(refill, RESERVE_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function untilToldToStop(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  return promise;
}
