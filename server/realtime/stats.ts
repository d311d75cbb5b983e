import { z } from 'zod';
import { isEngineError } from '#engine/errors/index.ts';
import type { StatsSample } from '#engine/runtime/index.ts';
import type { Services } from '../trpc/context.ts';
import { containerTarget, serveChannel } from './serve-channel.ts';
import type { LiveNamespace, LiveSocket } from './sockets.ts';

const PERIOD_MS = 1_000;
/** A minute, so that a page opens with a line and not with a dot. */
const KEPT_SAMPLES = 60;
/** Left alone for this long, a container is sampled no more. */
const LINGER_MS = 30_000;

const watchInput = z.object({
  environmentId: z.string().max(64).default('local'),
  containerIds: z.array(containerTarget.shape.containerId).max(200),
  /** Once a second for one object, more rarely for a list. */
  everySeconds: z.number().int().min(1).max(60).default(1),
});

interface Sampler {
  containerId: string;
  kept: StatsSample[];
  busy: boolean;
  wantedAt: number;
}

interface Watch {
  keys: Map<string, string>;
  everySeconds: number;
}

/**
 * Namespace `/stats`: client `watch {containerIds, everySeconds}` replaces what it watches; server `stats [{id, samples}]`,
 * first with the last minute as far as it is known, then with what is new. One sampler a container, however many watch it.
 * A container that is gone or that the actor may not see is left out.
 */
export function serveStats(space: LiveNamespace, services: Services): Disposable {
  const samplers = new Map<string, Sampler>();
  const watches = new Map<LiveSocket, Watch>();
  let ticks = 0;

  function sample(key: string, sampler: Sampler): void {
    if (sampler.busy) return;
    const environmentId = key.slice(0, key.indexOf('/'));
    sampler.busy = true;
    services.environments
      .get(environmentId)
      .containers.stats(sampler.containerId)
      .then(
        (value) => {
          sampler.kept = [...sampler.kept, value].slice(-KEPT_SAMPLES);
        },
        // One that has stopped has no figures; the page hears of it by its event.
        (err: unknown) => services.log.debug({ err, containerId: sampler.containerId }, 'no figures'),
      )
      .finally(() => {
        sampler.busy = false;
      });
  }

  function tick(): void {
    ticks += 1;
    const now = Date.now();
    for (const [socket, { keys, everySeconds }] of watches) {
      for (const key of keys.keys()) {
        const sampler = samplers.get(key);
        if (sampler !== undefined) sampler.wantedAt = now;
      }
      if (ticks % everySeconds === 0) send(socket, keys, everySeconds);
    }
    for (const [key, sampler] of samplers) {
      if (now - sampler.wantedAt > LINGER_MS) samplers.delete(key);
      else sample(key, sampler);
    }
  }

  function send(socket: LiveSocket, keys: Watch['keys'], count: number): void {
    const batch = [...keys].flatMap(([key, id]) => {
      const samples = samplers.get(key)?.kept.slice(-count) ?? [];
      return samples.length === 0 ? [] : [{ id, samples }];
    });
    if (batch.length > 0) socket.volatile.emit('stats', batch);
  }

  space.on('connection', (socket: LiveSocket) => {
    const kept = new Map<string, Disposable>();
    const leave = (key: string) => {
      kept.get(key)?.[Symbol.dispose]();
      kept.delete(key);
      watches.get(socket)?.keys.delete(key);
    };
    socket.on('disconnect', () => watches.delete(socket));
    serveChannel(socket, services, '/stats watch', watchInput, async (input, gate) => {
      const { environmentId, containerIds, everySeconds } = input;
      const keys = new Map<string, string>();
      for (const containerId of containerIds) {
        try {
          const { detail } = await gate.open({ environmentId, containerId });
          keys.set(`${environmentId}/${detail.id}`, detail.id);
        } catch (error) {
          // One of many that went, or was never to be seen, does not take the figures of the others.
          const left = isEngineError(error, 'not_found') || isEngineError(error, 'denied');
          if (!left || containerIds.length === 1) throw error;
        }
      }
      if (!socket.connected) return;
      for (const key of kept.keys()) if (!keys.has(key)) leave(key);
      for (const [key, containerId] of keys) {
        if (!kept.has(key))
          kept.set(
            key,
            gate.keep({ environmentId, containerId }, () => leave(key)),
          );
        if (samplers.has(key)) continue;
        const sampler: Sampler = { containerId, kept: [], busy: false, wantedAt: Date.now() };
        samplers.set(key, sampler);
        sample(key, sampler);
      }
      watches.set(socket, { keys, everySeconds });
      send(socket, keys, KEPT_SAMPLES);
    });
  });
  const timer = setInterval(tick, PERIOD_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
