import { z } from 'zod';
import { isEngineError } from '#engine/errors/index.ts';
import { HOST_SERIES, toFigures } from '../metrics/index.ts';
import type { Services } from '../trpc/context.ts';
import { containerTarget, serveChannel } from './serve-channel.ts';
import type { LiveNamespace, LiveSocket } from './sockets.ts';

/** A minute, so that a page opens with a line and not with a dot. */
const FIRST_MS = 60_000;
const FIRST_POINTS = 60;
/** What is sampled in the same moment goes in one message. */
const GATHER_MS = 50;

const watchInput = z.strictObject({
  environmentId: z.string().max(64).default('local'),
  containerIds: z.array(containerTarget.shape.containerId).max(200),
  /** Once a second for one object, more rarely for a list. */
  everySeconds: z.number().int().min(1).max(60).default(1),
});

const watchHostInput = z.strictObject({
  environmentId: z.string().max(64).default('local'),
  /** Undefined: no longer. */
  everySeconds: z.number().int().min(1).max(60).optional(),
});

/** Figures at one time, as the metrics name them; null is unknown. */
type LivePoint = { at: number } & Record<string, number | null>;

/**
 * Namespace `/stats`: client `watch {containerIds, everySeconds}` replaces what it watches; server `stats [{id, points}]`,
 * first with the last minute as far as it is known, then with what is new. All viewers share the samples of the metrics.
 * A container that is gone or that the actor may not see is left out. Client `watch_host {everySeconds}` does the same for the
 * host, which is told under the id `host`; without `everySeconds` it ends.
 */
export function serveStats(space: LiveNamespace, services: Services): void {
  space.on('connection', (socket: LiveSocket) => serveSocket(socket, services));
}

function serveSocket(socket: LiveSocket, services: Services): void {
  const watched = new Map<string, Disposable>();
  const gathered = new Map<string, LivePoint[]>();
  let timer: NodeJS.Timeout | undefined;
  let newest = 0;

  function flush(): void {
    timer = undefined;
    const batch = [...gathered].map(([id, points]) => ({ id, points }));
    gathered.clear();
    // Old figures are of no use to who cannot keep up.
    if (batch.length > 0) socket.volatile.emit('stats', batch);
  }

  function gather(id: string, points: readonly LivePoint[]): void {
    gathered.set(id, [...(gathered.get(id) ?? []), ...points]);
    timer ??= setTimeout(flush, GATHER_MS);
  }

  function leave(key: string): void {
    watched.get(key)?.[Symbol.dispose]();
    watched.delete(key);
  }

  socket.on('disconnect', () => {
    clearTimeout(timer);
    for (const key of [...watched.keys()]) leave(key);
  });

  serveChannel(socket, services, '/stats watch', watchInput, async (input, gate) => {
    const { environmentId, containerIds, everySeconds } = input;
    newest += 1;
    const turn = newest;
    const { metrics } = services.environments.get(environmentId);
    const wanted = new Map<string, string>();
    for (const containerId of containerIds) {
      try {
        const { detail } = await gate.open({ environmentId, containerId });
        wanted.set(`${environmentId}/${detail.id}/${everySeconds}`, detail.id);
      } catch (error) {
        // One of many that went, or was never to be seen, does not take the figures of the others.
        const left = isEngineError(error, 'not_found') || isEngineError(error, 'denied');
        if (!left || containerIds.length === 1) throw error;
      }
    }
    // Left, or asked for others while the rights to these were looked up.
    if (!socket.connected || turn !== newest) return;
    for (const key of [...watched.keys()]) if (!wanted.has(key)) leave(key);
    for (const [key, id] of wanted) {
      if (watched.has(key)) continue;
      const kept = new DisposableStack();
      kept.use(gate.keep({ environmentId, containerId: id }, () => leave(key)));
      kept.use(metrics.watch(id, { everySeconds }, ({ at, values }) => gather(id, [{ ...toFigures(id, values), at }])));
      watched.set(key, kept);
    }
    await Promise.all([...wanted.values()].map((id) => sendPast(services, environmentId, id, gather)));
  });

  const host = new DisposableStack();
  let hostWatch: Disposable | undefined;
  const leaveHost = () => {
    hostWatch?.[Symbol.dispose]();
    hostWatch = undefined;
  };
  host.defer(leaveHost);
  socket.on('disconnect', () => host.dispose());

  // A role that changes ends the socket itself: there is nothing else to ask again.
  serveChannel(socket, services, '/stats watch_host', watchHostInput, async (input, gate) => {
    const { environmentId, everySeconds } = input;
    gate.assertMay();
    leaveHost();
    if (everySeconds === undefined || host.disposed) return;
    const { metrics } = services.environments.get(environmentId);
    hostWatch = metrics.watch(HOST_SERIES, { everySeconds }, ({ at, values }) =>
      gather(HOST_SERIES, [{ ...toFigures(HOST_SERIES, values), at }]),
    );
    await sendPast(services, environmentId, HOST_SERIES, gather);
  });
}

async function sendPast(
  { environments, log }: Services,
  environmentId: string,
  id: string,
  gather: (id: string, points: readonly LivePoint[]) => void,
): Promise<void> {
  const to = Date.now();
  try {
    const { metrics } = environments.get(environmentId);
    const range = await metrics.range({ keys: [id], from: to - FIRST_MS, to, points: FIRST_POINTS });
    gather(
      id,
      range.at.map((at, index) => ({ ...toFigures(id, range.values[index] ?? []), at })),
    );
  } catch (err) {
    // Without the past the line begins now.
    log.debug({ err, containerId: id }, 'no figures of the past');
  }
}
