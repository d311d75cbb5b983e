import type { ContainerService, ContainerSummary } from '#engine/containers/index.ts';
import type { EngineEvent, EventBus } from '#engine/events/index.ts';
import type { HostCheck } from '#engine/index.ts';
import type { Logger } from '#engine/lib/index.ts';
import type { MetricsProblem, Range, RangeQuery } from './keeper.ts';
import { toMark } from './marks.ts';
import type { Series } from './metrics-store.ts';
import type { LiveSample } from './sampler.ts';
import { WorkerLink } from './worker-link.ts';

/** What of the engine tells who runs. */
interface Running {
  containers: Pick<ContainerService, 'list' | 'inspect'>;
  events: Pick<EventBus, 'subscribe'>;
}

interface WatchOptions {
  everySeconds: number;
  /** The full sample with it, as docker clients want it. */
  detail?: boolean | undefined;
}

/**
 * One sampler for everybody: live viewers, docker clients and the record share each read of the counters. A thread does the
 * work; when it or its file fails, a new one begins, and the server goes on.
 */
export interface Metrics {
  /** Samples of one container, or of `host`, from now on; nothing comes while it does not run. */
  watch(key: string, opts: WatchOptions, listener: (live: LiveSample) => void): Disposable;
  /** @throws EngineError `unavailable` while the thread does not work */
  range(query: RangeQuery): Promise<Range>;
  /** Containers that have had this name and are not forgotten. @throws EngineError `unavailable` */
  named(name: string): Promise<Series[]>;
  /** What the doctor says of the record. */
  check(): HostCheck;
}

interface MetricsOptions {
  file: string;
  dataRoot: string;
  instance: string;
  log: Logger;
  /** How large the file may grow; default 1 GiB. */
  maxBytes?: number | undefined;
}

export interface OwnMetrics extends Metrics, AsyncDisposable {
  /** Begins to sample what runs, and keeps to it. */
  follow(engine: Running): Promise<void>;
  /** Garbage of its thread. @throws EngineError `unavailable` */
  giveBackMemory(): Promise<void>;
}

interface Watcher extends Required<WatchOptions> {
  listener: (live: LiveSample) => void;
  lastAt: number;
}

const MAX_BYTES = 2 ** 30;
/** What an event did not say is found by this. */
const RESYNC_MS = 60_000;
const EARLY_MS = 300;
/** A sample of the last second serves who comes now. */
const FRESH_MS = 900;

export function openMetrics(opts: MetricsOptions): OwnMetrics {
  const { log } = opts;
  const stack = new AsyncDisposableStack();
  const watchers = new Map<string, Set<Watcher>>();
  const latest = new Map<string, LiveSample>();
  let problem: MetricsProblem | undefined;
  const link = stack.use(
    new WorkerLink({
      settings: { maxBytes: MAX_BYTES, ...withoutLog(opts) },
      log,
      onLive: deliver,
      onProblem: note,
      onStart: renew,
    }),
  );
  const running = new Map<string, { container: Series; pid: number }>();
  let known: string[] | undefined;

  function note(news: MetricsProblem | undefined): void {
    if (news !== undefined) log.warn({ ...news, file: opts.file }, 'metrics are not kept as they should be');
    else if (problem !== undefined) log.info({ file: opts.file }, 'metrics are kept again');
    problem = news;
  }

  function deliver(samples: readonly LiveSample[]): void {
    for (const live of samples) {
      const set = watchers.get(live.key);
      if (set === undefined) continue;
      latest.set(live.key, live);
      for (const watcher of set) give(watcher, live);
    }
  }

  function give(watcher: Watcher, live: LiveSample): void {
    if (live.at - watcher.lastAt < watcher.everySeconds * 1_000 - EARLY_MS) return;
    if (watcher.detail && live.sample !== undefined && live.sample.detail === undefined) return;
    watcher.lastAt = live.at;
    watcher.listener(live);
  }

  /** The thread samples a container as often, and as fully, as the keenest of its watchers wants. */
  function tellWatch(key: string): void {
    const set = watchers.get(key);
    if (set === undefined) {
      link.send({ type: 'unwatch', key });
      return;
    }
    const all = [...set];
    link.send({
      type: 'watch',
      key,
      everySeconds: Math.min(...all.map(({ everySeconds }) => everySeconds)),
      detail: all.some(({ detail }) => detail),
    });
  }

  /** A new thread knows nothing yet. */
  function renew(): void {
    for (const [key, { container, pid }] of running)
      link.send({ type: 'target', container: { ...container, key, pid } });
    if (known !== undefined) link.send({ type: 'alive', keys: known });
    for (const key of watchers.keys()) tellWatch(key);
  }

  function setRunning(summary: ContainerSummary): void {
    const { id, name, createdBy, state } = summary;
    if (state.status !== 'running' && state.status !== 'paused') {
      drop(id);
      return;
    }
    const container = { key: id, name, owner: createdBy };
    const before = running.get(id);
    if (before?.pid === state.pid && before.container.name === name) return;
    running.set(id, { container, pid: state.pid });
    link.send({ type: 'target', container: { ...container, pid: state.pid } });
  }

  function drop(id: string): void {
    if (running.delete(id)) link.send({ type: 'drop', key: id });
    latest.delete(id);
  }

  async function resync(engine: Running): Promise<void> {
    const all = await engine.containers.list({ all: true });
    known = all.map(({ id }) => id);
    const there = new Set(known);
    for (const id of [...running.keys()]) if (!there.has(id)) drop(id);
    for (const summary of all) setRunning(summary);
    link.send({ type: 'alive', keys: known });
  }

  function hear(engine: Running, event: EngineEvent): void {
    if (event.type !== 'container') return;
    const mark = toMark(event);
    if (mark !== undefined) link.send({ type: 'mark', mark });
    if (event.action === 'die' || event.action === 'destroy') drop(event.id);
    if (event.action === 'start' || event.action === 'rename' || event.action === 'unpause')
      engine.containers
        .inspect(event.id)
        .then(setRunning, (err: unknown) => log.debug({ err }, 'it went before it was sampled'));
  }

  return {
    watch(key, { everySeconds, detail = false }, listener) {
      const watcher: Watcher = { everySeconds, detail, listener, lastAt: 0 };
      const set = watchers.get(key) ?? new Set();
      watchers.set(key, set.add(watcher));
      const last = latest.get(key);
      if (last !== undefined && Date.now() - last.at < FRESH_MS) give(watcher, last);
      tellWatch(key);
      return {
        [Symbol.dispose]() {
          if (!set.delete(watcher)) return;
          if (set.size === 0 && watchers.get(key) === set) {
            watchers.delete(key);
            latest.delete(key);
          }
          tellWatch(key);
        },
      };
    },
    range: (query) => link.ask('range', query),
    named: (name) => link.ask('named', name),
    check: () => toCheck(problem, opts.file),
    giveBackMemory: () => link.ask('giveBackMemory', undefined),
    async follow(engine) {
      stack.use(engine.events.subscribe((event) => hear(engine, event)));
      const timer = setInterval(() => {
        resync(engine).catch((err: unknown) => log.warn({ err }, 'what runs could not be listed for the metrics'));
      }, RESYNC_MS);
      stack.defer(() => clearInterval(timer));
      await resync(engine);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function withoutLog({ log: _log, maxBytes, ...rest }: MetricsOptions) {
  return maxBytes === undefined ? rest : { ...rest, maxBytes };
}

function toCheck(problem: MetricsProblem | undefined, file: string): HostCheck {
  const base = { code: 'metrics', severity: 'warning', params: { file, why: problem?.why ?? '' } } as const;
  if (problem === undefined) return { ...base, ok: true, message: 'Metrics are kept', fix: undefined };
  if (problem.reason === 'damaged')
    return {
      ...base,
      code: 'metrics_damaged',
      ok: false,
      message: `The metrics were damaged (${problem.why}); a new file was begun`,
      fix: `rm ${file}.damaged`,
    };
  return { ...base, ok: false, message: `Metrics cannot be written to ${file}: ${problem.why}`, fix: `df -h ${file}` };
}
