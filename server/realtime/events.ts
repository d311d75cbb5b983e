import { z } from 'zod';
import type { EngineEvent } from '#engine/events/index.ts';
import { assertCan, can } from '#server/access/index.ts';
import type { Services } from '../trpc/context.ts';
import { mayView } from './event-access.ts';
import { EventLog } from './event-log.ts';
import { serveChannel } from './serve-channel.ts';
import type { LiveNamespace, LiveSocket } from './sockets.ts';

const cursorInput = z.object({ epoch: z.string().max(64), seq: z.number().int().nonnegative() });

/**
 * Namespace `/`. Server: `event {seq, event}`, `operation {…}`, `users` (something in their list changed),
 * `host_terminal` (it was switched on or off), `hello {epoch, seq}`. Client: `events:resume cursor → reply`,
 * which answers with what was missed or `gap: true`.
 */
export function serveEvents(space: LiveNamespace, services: Services): Disposable {
  const { environments, operations, auth, hostTerminals } = services;
  const stack = new DisposableStack();
  const events = new EventLog<EngineEvent>();
  for (const environment of environments.list()) {
    stack.use(
      environment.events.subscribe((event) => {
        // Nothing a page shows has changed by it.
        if (event.routine === true) return;
        const entry = events.append(event);
        for (const socket of space.sockets.values()) {
          if (mayView(socket.data.actor, event)) socket.emit('event', entry);
        }
      }),
    );
  }
  stack.use(
    operations.subscribe((operation) => {
      const resource = { createdBy: operation.actorId };
      for (const socket of space.sockets.values()) {
        if (can(socket.data.actor, 'operation:view', resource)) socket.emit('operation', operation);
      }
    }),
  );
  stack.use(
    auth.onUsersChanged(() => {
      for (const socket of space.sockets.values()) if (can(socket.data.actor, 'user:manage')) socket.emit('users');
    }),
  );
  stack.use(
    hostTerminals.power.onChanged(() => {
      for (const socket of space.sockets.values())
        if (can(socket.data.actor, 'host:terminal')) socket.emit('host_terminal');
    }),
  );
  space.on('connection', (socket: LiveSocket) => {
    socket.emit('hello', events.cursor);
    serveChannel(socket, services, '/ events:resume', cursorInput, async (cursor, _gate, reply) => {
      const { actor } = socket.data;
      assertCan(actor, 'event:view');
      const resumed = events.since(cursor);
      reply(
        resumed.gap ? resumed : { gap: false, events: resumed.events.filter(({ event }) => mayView(actor, event)) },
      );
    });
  });
  return stack;
}
