import type { Server } from 'node:http';
import { endTerminalsWithSessions } from '../terminals/index.ts';
import { assertChannelsGuarded } from './channels.ts';
import { serveEvents } from './events.ts';
import { serveLogs } from './logs.ts';
import { createSockets, cutWithSession, type RealtimeOptions } from './sockets.ts';
import { serveStats } from './stats.ts';
import { serveTerminals } from './terminals.ts';

interface Realtime extends Disposable {
  /** Tells the clients that the server goes down, long before they are cut: what else ends first may take its time. */
  tellClosing(): void;
  /** Which events an answer that is made now shows already. */
  position(): string;
}

/** The live channel on a listener. Disposing tells the clients and cuts them, in every namespace. */
export function attachRealtime(http: Server, opts: RealtimeOptions): Realtime {
  const { services } = opts;
  assertChannelsGuarded();
  const stack = new DisposableStack();
  const io = createSockets(http, opts);
  // `io.close()` would wait for every open request of the listener.
  stack.defer(() => io.engine.close());
  stack.use(cutWithSession(io, opts));
  stack.use(endTerminalsWithSessions(services.auth.sessions, services.terminals, services.log));
  const { position } = stack.use(serveEvents(io.of('/'), services));
  serveStats(io.of('/stats'), services);
  serveTerminals(io.of('/terminal'), services);
  serveLogs(io.of('/logs'), services);
  const tellClosing = () => void io.emit('server:closing');
  stack.defer(tellClosing);
  return { tellClosing, position, [Symbol.dispose]: () => stack.dispose() };
}
