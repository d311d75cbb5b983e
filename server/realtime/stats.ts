import { z } from 'zod';
import type { StatsSample } from '#engine/runtime/index.ts';
import type { Services } from '../trpc/context.ts';
import { containerTarget, serveChannel } from './serve-channel.ts';
import type { LiveNamespace, LiveSocket } from './sockets.ts';

const PERIOD_MS = 1_000;
const watchInput = z.object({
  environmentId: z.string().max(64).default('local'),
  containerIds: z.array(containerTarget.shape.containerId).max(200),
});

/**
 * Namespace `/stats`: client `watch {containerIds}` replaces what it watches, server `stats {id, sample}` once a second, newest
 * only. One sampler a container, however many watch it; with the last watcher it ends.
 */
export function serveStats(space: LiveNamespace, services: Services): Disposable {
  const samplers = new Map<string, NodeJS.Timeout>();

  function sample(environmentId: string, id: string, room: string): void {
    const { containers } = services.environments.get(environmentId);
    let busy = false;
    const timer = setInterval(() => {
      if (space.adapter.rooms.has(room)) {
        if (busy) return;
        busy = true;
        const send = (value: StatsSample) => void space.to(room).volatile.emit('stats', { id, sample: value });
        containers
          .stats(id)
          // One that has stopped has no figures; the page hears of it by its event.
          .then(send, (err: unknown) => services.log.debug({ err, containerId: id }, 'no figures'))
          .finally(() => {
            busy = false;
          });
        return;
      }
      clearInterval(timer);
      samplers.delete(room);
    }, PERIOD_MS);
    samplers.set(room, timer);
  }

  space.on('connection', (socket: LiveSocket) => {
    const kept = new Map<string, Disposable>();
    const leave = async (room: string) => {
      kept.get(room)?.[Symbol.dispose]();
      kept.delete(room);
      await socket.leave(room);
    };
    serveChannel(socket, services, '/stats watch', watchInput, async ({ environmentId, containerIds }, gate) => {
      const wanted = new Map<string, string>();
      for (const containerId of containerIds) {
        const { detail } = await gate.open({ environmentId, containerId });
        wanted.set(`stats:${environmentId}:${detail.id}`, detail.id);
      }
      for (const room of socket.rooms) if (room.startsWith('stats:') && !wanted.has(room)) await leave(room);
      for (const [room, id] of wanted) {
        if (kept.has(room)) continue;
        kept.set(
          room,
          gate.keep({ environmentId, containerId: id }, () => void leave(room)),
        );
        await socket.join(room);
        if (!samplers.has(room)) sample(environmentId, id, room);
      }
    });
  });
  return {
    [Symbol.dispose]: () => {
      for (const timer of samplers.values()) clearInterval(timer);
    },
  };
}
