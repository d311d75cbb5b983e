import { z } from 'zod';
import type { EngineEvent } from '#engine/events/index.ts';
import { can } from '#server/access/index.ts';
import type { Services } from '../trpc/context.ts';
import { mayView } from './event-access.ts';
import { EventLog } from './event-log.ts';
import type { LiveNamespace, LiveSocket } from './sockets.ts';

const cursorInput = z.object({ epoch: z.string().max(64), seq: z.number().int().nonnegative() });

/**
 * Namespace `/`. Server: `event {seq, event}`, `operation {…}`, `hello {epoch, seq}`. Client: `events:resume cursor → reply`,
 * which answers with what was missed or `gap: true`.
 */
export function serveEvents(space: LiveNamespace, { environments, operations, log }: Services): Disposable {
  const stack = new DisposableStack();
  const events = new EventLog<EngineEvent>();
  for (const environment of environments.list()) {
    stack.use(
      environment.events.subscribe((event) => {
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
  space.on('connection', (socket: LiveSocket) => {
    socket.emit('hello', events.cursor);
    socket.on('events:resume', (input: unknown, reply: unknown) => {
      const cursor = cursorInput.safeParse(input);
      if (!cursor.success || typeof reply !== 'function') return log.debug({}, 'a socket sent no cursor');
      const resumed = events.since(cursor.data);
      const { actor } = socket.data;
      reply(
        resumed.gap ? resumed : { gap: false, events: resumed.events.filter(({ event }) => mayView(actor, event)) },
      );
    });
  });
  return stack;
}
