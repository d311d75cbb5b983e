import type { Server } from 'node:http';
import { endTerminalsWithSessions } from '../terminals/index.ts';
import { assertChannelsGuarded } from './channels.ts';
import { serveEvents } from './events.ts';
import { serveLogs } from './logs.ts';
import { createSockets, cutWithSession, type RealtimeOptions } from './sockets.ts';
import { serveStats } from './stats.ts';
import { serveTerminals } from './terminals.ts';

/** The live channel on a listener. Disposing tells the clients and cuts them, in every namespace. */
export function attachRealtime(http: Server, opts: RealtimeOptions): Disposable {
  const { services } = opts;
  assertChannelsGuarded();
  const stack = new DisposableStack();
  const io = createSockets(http, opts);
  // `io.close()` would wait for every open request of the listener.
  stack.defer(() => io.engine.close());
  stack.use(cutWithSession(io, opts));
  stack.use(endTerminalsWithSessions(services.auth.sessions, services.terminals, services.log));
  stack.use(serveEvents(io.of('/'), services));
  serveStats(io.of('/stats'), services);
  serveTerminals(io.of('/terminal'), services);
  serveLogs(io.of('/logs'), services);
  stack.defer(() => io.emit('server:closing'));
  return stack;
}
