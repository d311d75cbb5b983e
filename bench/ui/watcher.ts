// Somebody who looks at the list with a browser that draws on another machine: here are only its requests and its socket.
import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { deserialize, serialize } from '#server/trpc/wire.schema.ts';
import type { ContainerSummary } from '../../app/_lib/trpc.ts';
import { createApiClient } from '../../e2e/api-client.ts';

/** What reads an answer in a page reads it here too. */
export const AS_PAGES = { serialize, deserialize };

export interface Watcher extends Disposable {
  /** Settles with the time, in ms since 1970, at which this row is known by that name. @throws Error when it is not within `ms` */
  untilNamed(row: { id: string; name: string; ms: number }): Promise<number>;
}

/** What a page of the list does: its document, its first questions, events and rows, figures of what runs every two seconds. */
export async function openWatcher(url: string, cookie: string): Promise<Watcher> {
  const api = createApiClient(url, cookie, AS_PAGES);
  const page = await api.send(`${url}/containers`);
  if (!page.ok) throw new Error(`/containers answered ${page.status}`);
  await page.text();
  const [rows] = await Promise.all([
    api.trpc.containers.list.query({}),
    api.trpc.session.me.query({}),
    api.trpc.operations.list.query({ limit: 20 }),
  ]);
  const socket = connect(url, url, cookie);
  await told(socket, 'hello');
  const stats = socket.io.socket('/stats');
  await told(stats, 'connect');
  const containerIds = rows.filter(({ state }) => state.status === 'running').map(({ id }) => id);
  stats.emit('watch', { containerIds, everySeconds: 2 });
  return {
    async untilNamed({ id, name, ms }) {
      const named = Promise.withResolvers<number>();
      const take = ({ rows: told }: { rows?: unknown }): void => {
        const now = deserialize(told) as ContainerSummary[];
        if (now.some((row) => row.id === id && row.name === name)) named.resolve(Date.now());
      };
      socket.on('rows', take);
      const late = delay(ms, undefined, { ref: false }).then(() => {
        throw new Error(`nobody was told of ${name} within ${ms} ms`);
      });
      try {
        return await Promise.race([named.promise, late]);
      } finally {
        socket.off('rows', take);
      }
    },
    [Symbol.dispose]: () => void socket.io.engine.close(),
  };
}

/** Somebody who has the log of a container open elsewhere: takes all that comes, and draws nothing here. */
export async function followLog(url: string, cookie: string, containerId: string): Promise<Disposable> {
  const socket = connect(`${url}/logs`, url, cookie);
  socket.on('lines', (_number: number, _bytes: Buffer, done: () => void) => done());
  await told(socket, 'connect');
  const current = told(socket, 'current');
  socket.emit('follow', { containerId });
  await current;
  return { [Symbol.dispose]: () => void socket.io.engine.close() };
}

function connect(address: string, origin: string, cookie: string): Socket {
  return io(address, { transports: ['websocket'], extraHeaders: { cookie, origin }, forceNew: true });
}

function told(socket: Socket, event: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once(event, resolve);
  socket.once('connect_error', reject);
  return promise;
}
