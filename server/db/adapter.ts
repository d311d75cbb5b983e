import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import type {
  SqlDriverAdapter,
  SqlMigrationAwareDriverAdapterFactory,
  SqlQuery,
  Transaction,
} from '@prisma/driver-adapter-utils';
import type { Database } from 'better-sqlite3';
import { LogSync, openLog } from './log-sync.ts';
import { withPreparedStatements } from './statement-cache.ts';

// synchronous=NORMAL: an answer given to a caller must survive a power cut, so every write waits for LogSync, which does not
// block the event loop and is shared by all that wait.
const PRAGMAS = ['journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON', 'busy_timeout = 5000'];

/**
 * Prisma's SQLite adapter with turns: one connection, many callers.
 *
 * In the stock adapter only the start of a transaction takes its mutex. A statement of the root client that arrives
 * while one is open runs inside it, reads uncommitted rows and vanishes with its rollback although it was answered.
 * Here every root statement waits for the open transaction; using the root client within a `$transaction` callback
 * therefore ends in P2028 (time-out), loudly. `open` gives the file that is synced after writes.
 */
export function sqliteAdapter(file: string, open = openLog): SqlMigrationAwareDriverAdapterFactory {
  const stock = new PrismaBetterSqlite3({ url: `file:${file}` });
  return {
    provider: stock.provider,
    adapterName: stock.adapterName,
    connect: async () => {
      const connection = await stock.connect();
      for (const pragma of PRAGMAS) await connection.executeScript(`PRAGMA ${pragma}`);
      return inTurns(connection, new LogSync(() => open(file)));
    },
    connectToShadowDb: async () => withMultiStatements(await stock.connectToShadowDb()),
  };
}

function inTurns(connection: SqlDriverAdapter, log: LogSync): SqlDriverAdapter {
  let tail: Promise<void> = Promise.resolve();
  let wrote = false;
  keepStatements(connection, () => {
    wrote = true;
  });

  /** Resolves when it is the caller's turn; what it returns lets the next one in. */
  async function takeTurn(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = tail;
    tail = before.then(() => promise);
    await before;
    wrote = false;
    return resolve;
  }

  /** What was written is on the disk before the caller hears of it; others have their turn meanwhile. */
  async function alone<T>(work: () => Promise<T>): Promise<T> {
    const release = await takeTurn();
    let result: T;
    let written: boolean;
    try {
      result = await work();
    } finally {
      written = wrote;
      release();
    }
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
      const release = await takeTurn();
      try {
        const transaction = await connection.startTransaction(isolation);
        wrote = false;
        return endingWith(transaction, async () => {
          const written = wrote;
          release();
          if (written) await log.flush();
        });
      } catch (cause) {
        release();
        throw cause;
      }
    },
  };
}

/** @throws Error when the stock adapter is built otherwise than the release this was written for */
function keepStatements(connection: SqlDriverAdapter, onWrite: () => void): void {
  const database: unknown = Reflect.get(connection, 'client');
  if (typeof database !== 'object' || database === null || !('prepare' in database)) {
    throw new Error("Prisma's SQLite adapter has no database");
  }
  Reflect.set(connection, 'client', withPreparedStatements(database as Database, onWrite));
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
