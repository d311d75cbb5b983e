import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import type {
  SqlDriverAdapter,
  SqlMigrationAwareDriverAdapterFactory,
  SqlQuery,
  Transaction,
} from '@prisma/driver-adapter-utils';

// synchronous=FULL: an answer given to a caller must survive a power cut, and NORMAL may lose the last commits in WAL mode.
const PRAGMAS = ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'busy_timeout = 5000'];

/**
 * Prisma's SQLite adapter with turns: one connection, many callers.
 *
 * In the stock adapter only the start of a transaction takes its mutex. A statement of the root client that arrives
 * while one is open runs inside it, reads uncommitted rows and vanishes with its rollback although it was answered.
 * Here every root statement waits for the open transaction; using the root client within a `$transaction` callback
 * therefore ends in P2028 (time-out), loudly.
 */
export function sqliteAdapter(file: string): SqlMigrationAwareDriverAdapterFactory {
  const stock = new PrismaBetterSqlite3({ url: `file:${file}` });
  return {
    provider: stock.provider,
    adapterName: stock.adapterName,
    connect: async () => {
      const connection = await stock.connect();
      for (const pragma of PRAGMAS) await connection.executeScript(`PRAGMA ${pragma}`);
      return inTurns(connection);
    },
    connectToShadowDb: async () => withMultiStatements(await stock.connectToShadowDb()),
  };
}

function inTurns(connection: SqlDriverAdapter): SqlDriverAdapter {
  let tail: Promise<void> = Promise.resolve();

  /** Resolves when it is the caller's turn; what it returns lets the next one in. */
  async function takeTurn(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = tail;
    tail = before.then(() => promise);
    await before;
    return resolve;
  }

  async function alone<T>(work: () => Promise<T>): Promise<T> {
    const release = await takeTurn();
    try {
      return await work();
    } finally {
      release();
    }
  }

  return {
    provider: connection.provider,
    adapterName: connection.adapterName,
    getConnectionInfo: () => connection.getConnectionInfo?.() ?? { supportsRelationJoins: false },
    queryRaw: (query) => alone(() => connection.queryRaw(query)),
    executeRaw: (query) => alone(() => connection.executeRaw(query)),
    executeScript: (script) => alone(() => connection.executeScript(script)),
    dispose: () => alone(() => connection.dispose()),
    startTransaction: async (isolation) => {
      const release = await takeTurn();
      try {
        return endingWith(await connection.startTransaction(isolation), release);
      } catch (cause) {
        release();
        throw cause;
      }
    },
  };
}

/** Gives the turn back at the transaction's end, whichever end that is. */
function endingWith(transaction: Transaction, release: () => void): Transaction {
  const ending = (method: 'commit' | 'rollback') => async (): Promise<void> => {
    try {
      await transaction[method]();
    } finally {
      release();
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
