import { z } from 'zod';
import type { StatsSample } from '#engine/runtime/index.ts';
import type { Services } from '../trpc/context.ts';
import type { LiveNamespace, LiveSocket } from './sockets.ts';
import { containerTarget, guarded, openContainer } from './subscriptions.ts';

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
    socket.on(
      'watch',
      guarded(socket, services, watchInput, async ({ environmentId, containerIds }) => {
        const wanted = new Map<string, string>();
        for (const containerId of containerIds) {
          const { detail } = await openContainer(socket, services, { environmentId, containerId }, 'container:stats');
          wanted.set(`stats:${environmentId}:${detail.id}`, detail.id);
        }
        for (const room of socket.rooms) if (room.startsWith('stats:') && !wanted.has(room)) await socket.leave(room);
        for (const [room, id] of wanted) {
          await socket.join(room);
          if (!samplers.has(room)) sample(environmentId, id, room);
        }
      }),
    );
  });
  return {
    [Symbol.dispose]: () => {
      for (const timer of samplers.values()) clearInterval(timer);
    },
  };
}
