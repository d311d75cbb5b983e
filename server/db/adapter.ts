import { setTimeout as delay } from 'node:timers/promises';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import {
  isDriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
  type Transaction,
} from '@prisma/driver-adapter-utils';
import type { Database } from 'better-sqlite3';
import { LogSync, openLog } from './log-sync.ts';
import { type MakeRoom, withPreparedStatements } from './statement-cache.ts';

// synchronous=NORMAL: an answer given to a caller must survive a power cut, so every write waits for LogSync, which does not
// block the event loop and is shared by all that wait. The same holds for a lock of another process: SQLite sleeps on it for a
// moment only, the rest of the waiting is in turns.
const PRAGMAS = [
  ...['journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON', 'busy_timeout = 100'],
  // KiB; 16 MiB as the library is built, which a server fills within days. The kernel keeps the file in memory all the same.
  'cache_size = -4096',
];

/** Longer than any honest holder of the lock needs: a copy, a check, a command of an administrator. */
const BUSY_MS = 15_000;
/** Prisma gives a transaction two seconds to begin; one that begins later would be nobody's. */
const BEGIN_MS = 1_500;
/**
 * With the right to write: one that gets it later may find it taken, half-way through. Before the stock adapter begins it,
 * which would keep its own mutex for ever when that fails.
 */
const BEGIN: SqlQuery = { sql: 'BEGIN IMMEDIATE', args: [], argTypes: [] };
const BUSY_PAUSE_MS = 50;

interface AdapterOptions {
  /** Opens what is synced after writes. */
  open?: typeof openLog;
  makeRoom?: MakeRoom | undefined;
}

/**
 * Prisma's SQLite adapter with turns: one connection, many callers.
 *
 * In the stock adapter only the start of a transaction takes its mutex. A statement of the root client that arrives
 * while one is open runs inside it, reads uncommitted rows and vanishes with its rollback although it was answered.
 * Here every root statement waits for the open transaction; using the root client within a `$transaction` callback
 * therefore ends in P2028 (time-out), loudly.
 */
export function sqliteAdapter(file: string, opts: AdapterOptions = {}): SqlMigrationAwareDriverAdapterFactory {
  const { open = openLog, makeRoom } = opts;
  const stock = new PrismaBetterSqlite3({ url: `file:${file}` });
  return {
    provider: stock.provider,
    adapterName: stock.adapterName,
    connect: async () => {
      const connection = await stock.connect();
      for (const pragma of PRAGMAS) await connection.executeScript(`PRAGMA ${pragma}`);
      return inTurns(connection, new LogSync(() => open(file)), makeRoom);
    },
    connectToShadowDb: async () => withMultiStatements(await stock.connectToShadowDb()),
  };
}

function inTurns(connection: SqlDriverAdapter, log: LogSync, makeRoom: MakeRoom | undefined): SqlDriverAdapter {
  let tail: Promise<void> = Promise.resolve();
  let wrote = false;
  const onWrite = (): void => {
    wrote = true;
  };
  keepStatements(connection, onWrite, makeRoom);

  /** Resolves when it is the caller's turn; what it returns lets the next one in. */
  async function takeTurn(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = tail;
    tail = before.then(() => promise);
    await before;
    wrote = false;
    return resolve;
  }

  /** A turn for each try, so that a lock of another process holds up who needs it and nobody who reads. */
  async function inTurn<T>(waitMs: number, work: () => Promise<T>): Promise<{ result: T; release: () => void }> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const release = await takeTurn();
      try {
        return { result: await work(), release };
      } catch (error) {
        release();
        const busy = isDriverAdapterError(error) && error.cause.kind === 'SocketTimeout';
        if (!busy || performance.now() > deadline) throw error;
      }
      await delay(BUSY_PAUSE_MS);
    }
  }

  /** What was written is on the disk before the caller hears of it; others have their turn meanwhile. */
  async function alone<T>(work: () => Promise<T>): Promise<T> {
    const { result, release } = await inTurn(BUSY_MS, work);
    const written = wrote;
    release();
    if (written) await log.flush();
    return result;
  }

  return {
    provider: connection.provider,
    adapterName: connection.adapterName,
    getConnectionInfo: () => connection.getConnectionInfo?.() ?? { supportsRelationJoins: false },
    queryRaw: (query) => alone(() => connection.queryRaw(query)),
    executeRaw: (query) => alone(() => connection.executeRaw(query)),
    executeScript: (script) => alone(() => connection.executeScript(script)),
    async dispose() {
      const release = await takeTurn();
      try {
        await log.close();
        await connection.dispose();
      } finally {
        release();
      }
    },
    startTransaction: async (isolation) => {
      const { result, release } = await inTurn(BEGIN_MS, async () => {
        await connection.executeRaw(BEGIN);
        return await connection.startTransaction(isolation);
      });
      wrote = false;
      return endingWith(result, async () => {
        const written = wrote;
        release();
        if (written) await log.flush();
      });
    },
  };
}

/** @throws Error when the stock adapter is built otherwise than the release this was written for */
function keepStatements(connection: SqlDriverAdapter, onWrite: () => void, makeRoom: MakeRoom | undefined): void {
  const database: unknown = Reflect.get(connection, 'client');
  if (typeof database !== 'object' || database === null || !('prepare' in database)) {
    throw new Error("Prisma's SQLite adapter has no database");
  }
  Reflect.set(connection, 'client', withPreparedStatements(database as Database, onWrite, makeRoom));
}

/** Calls `ended` at the transaction's end, whichever end that is. */
function endingWith(transaction: Transaction, ended: () => Promise<void>): Transaction {
  const ending = (method: 'commit' | 'rollback') => async (): Promise<void> => {
    try {
      await transaction[method]();
    } finally {
      await ended();
    }
  };
  return overriding(transaction, { commit: ending('commit'), rollback: ending('rollback') });
}

/** The schema engine sends a whole migration as one statement, the driver prepares only one at a time. */
function withMultiStatements(connection: SqlDriverAdapter): SqlDriverAdapter {
  return overriding(connection, {
    executeRaw: async (query: SqlQuery): Promise<number> => {
      if (query.args.length > 0) return connection.executeRaw(query);
      await connection.executeScript(query.sql);
      return 0;
    },
  });
}

/** The same object with some methods replaced; the others keep their `this`. */
function overriding<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(Object.hasOwn(methods, key) ? methods : object, key);
      return typeof value === 'function' ? value.bind(object) : value;
    },
  });
}
