// What was asked for is looked up first, and meanwhile the client may have gone, or may want something else.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { EngineError } from '#engine/errors/index.ts';
import { silentLogger } from '#engine/lib/index.ts';
import type { Services } from '../trpc/context.ts';
import type { LiveNamespace, LiveSocket } from './sockets.ts';
import { serveStats } from './stats.ts';
import { serveTerminals } from './terminals.ts';

/** A client of an owner, in front of containers that are found when the test lets them. */
function connect(serve: (space: LiveNamespace, services: Services) => void, parts: object) {
  const found = new Map<string, PromiseWithResolvers<void>>();
  const failures: unknown[] = [];
  const environment = {
    id: 'local',
    isReady: () => ({ ready: true }),
    containers: {
      async inspect(id: string) {
        const looked = Promise.withResolvers<void>();
        found.set(id, looked);
        await looked.promise;
        return { id, name: id, createdBy: 'me' };
      },
    },
    metrics: {
      watch: (id: string) => {
        watched.add(id);
        return { [Symbol.dispose]: () => void watched.delete(id) };
      },
      range: async () => ({ at: [], values: [] }),
    },
  };
  const watched = new Set<string>();
  const services = {
    environments: { get: () => environment },
    audit: { append: async () => undefined },
    log: silentLogger,
    ...parts,
  } as unknown as Services;
  const socket = Object.assign(new EventEmitter(), {
    id: 's',
    connected: true,
    data: {
      actor: { id: 'me', name: 'Me', role: 'owner', sessionId: 's1' },
      kept: new Set<{ recheck(): Promise<void> }>(),
    },
    handshake: { address: '127.0.0.1' },
    volatile: { emit: () => true },
  });
  socket.on('failed', (error: unknown) => failures.push(error));
  const space = new EventEmitter();
  serve(space as unknown as LiveNamespace, services);
  space.emit('connection', socket as unknown as LiveSocket);
  const answer = async (id: string, outcome?: Error): Promise<void> => {
    await settle();
    if (outcome === undefined) found.get(id)?.resolve();
    else found.get(id)?.reject(outcome);
    await settle();
  };
  return { socket, watched, failures, look: answer };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await turn();
}

test('a client that left while its terminal was opened is no viewer of it', async () => {
  let viewers = 0;
  const terminals = {
    create: async () => ({
      id: 't',
      replayBytes: 0,
      exited: new Promise(() => undefined),
      async *watch(signal: AbortSignal) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    }),
    wasSeen: () => false,
    view: () => {
      viewers += 1;
      return {
        [Symbol.dispose]() {
          viewers -= 1;
        },
      };
    },
  };
  const { socket, look } = connect(serveTerminals, { terminals });
  const wish = { containerId: 'web', args: ['sh'], rows: 24, columns: 80 };
  socket.emit('create', wish);
  await look('web');
  assert.equal(viewers, 1);
  socket.emit('create', wish);
  await settle();
  socket.connected = false;
  socket.emit('disconnect');
  await look('web');
  assert.equal(viewers, 0);
});

test('of two wishes for figures the later one holds, whichever is answered first', async () => {
  const { socket, watched, look } = connect(serveStats, {});
  socket.emit('watch', { containerIds: ['slow'] });
  await settle();
  socket.emit('watch', { containerIds: ['quick'] });
  await look('quick');
  await look('slow');
  assert.deepEqual([...watched], ['quick']);
});

test('a subscription outlives a database that is busy, and ends when the container is gone', async () => {
  const { socket, watched, failures, look } = connect(serveStats, {});
  socket.emit('watch', { containerIds: ['web'] });
  await look('web');
  const [kept] = socket.data.kept;
  assert.ok(kept);
  const busy = kept.recheck();
  await look('web', new EngineError('internal', 'The database is busy'));
  await busy;
  assert.deepEqual([[...watched], failures], [['web'], []]);
  const gone = kept.recheck();
  await look('web', new EngineError('not_found', 'No such container: web'));
  await gone;
  assert.deepEqual([[...watched], failures.length], [[], 1]);
});
