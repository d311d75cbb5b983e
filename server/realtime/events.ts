import { z } from 'zod';
import type { EngineEvent } from '#engine/events/index.ts';
import { assertCan, can } from '#server/access/index.ts';
import type { Services } from '../trpc/context.ts';
import { mayView, viewableTypes } from './event-access.ts';
import { EventLog } from './event-log.ts';
import { serveChannel } from './serve-channel.ts';
import type { LiveNamespace, LiveSocket } from './sockets.ts';
import { openRowTeller } from './tell-rows.ts';

const cursorInput = z.strictObject({ epoch: z.string().max(64), seq: z.number().int().nonnegative() });

/** The live events of all environments; disposing ends them. */
interface LiveEvents extends Disposable {
  /** What is read from now on shows all events up to here. As text: where a client stands who begins with an answer. */
  position(): string;
}

/** Who may see the objects of a kind gets what happens to them, written once for all. */
const roomOf = (type: EngineEvent['type']): string => `may view ${type}`;

/**
 * Namespace `/`. Server: `event {seq, event}`, `rows {ids, seq, rows}` (of containers, soon after
 * their events; all up to `seq` have theirs), `operation {…}`,
 * `users` (something in their list changed), `host_terminal` (it was switched on or off), `hello {epoch, seq}`. Client:
 * `events:resume cursor → reply`, which answers with what was missed or `gap: true`.
 */
export function serveEvents(space: LiveNamespace, services: Services): LiveEvents {
  const { environments, operations, auth, hostTerminals, log } = services;
  const stack = new DisposableStack();
  const events = new EventLog<EngineEvent>();
  for (const environment of environments.list()) {
    const viewers = roomOf('container');
    const rows = stack.use(
      openRowTeller(environment.containers, {
        isWanted: () => space.adapter.rooms.has(viewers),
        lastEvent: () => events.cursor.seq,
        tell: (message) => void space.to(viewers).emit('rows', message),
        log,
      }),
    );
    stack.use(
      environment.events.subscribe((event) => {
        // Nothing a page shows has changed by it.
        if (event.routine === true) return;
        space.to(roomOf(event.type)).emit('event', events.append(event));
        if (event.type === 'container') rows.note(event.id);
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
    auth.onPreferencesChanged((userId) => {
      for (const socket of space.sockets.values()) if (socket.data.actor.id === userId) socket.emit('preferences');
    }),
  );
  stack.use(
    hostTerminals.power.onChanged(() => {
      for (const socket of space.sockets.values())
        if (can(socket.data.actor, 'host:terminal')) socket.emit('host_terminal');
    }),
  );
  space.on('connection', (socket: LiveSocket) => {
    // Before it is told where it stands: what happens from then on reaches it.
    void socket.join(viewableTypes(socket.data.actor).map(roomOf));
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
  return {
    position: () => `${events.cursor.epoch} ${events.cursor.seq}`,
    [Symbol.dispose]: () => stack.dispose(),
  };
}
