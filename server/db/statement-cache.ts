import Sqlite, { type Database, type Statement } from 'better-sqlite3';

/** More than the server has shapes of queries; lists of varying length make further ones. */
const MAX_STATEMENTS = 500;

/** What Prisma's adapter does with a statement: binds once, then asks. */
interface BoundStatement {
  readonly reader: boolean;
  bind(args: unknown[]): BoundStatement;
  columns(): ReturnType<Statement['columns']>;
  raw(): { all(): unknown[] };
  run(): ReturnType<Statement['run']>;
}

/** Makes room on a full disk; false when it has none left to make. */
export type MakeRoom = () => boolean;

/**
 * The database as Prisma's adapter uses it, with statements kept: it prepares the text of every query anew, which takes longer
 * than most of them run. The oldest of too many go. `onWrite` is called before each statement that may write; one that finds
 * the disk full is run again as often as `makeRoom` makes some.
 */
export function withPreparedStatements(database: Database, onWrite: () => void, makeRoom: MakeRoom = () => false) {
  const prepared = new Map<string, Statement>();

  function statementOf(sql: string): Statement {
    const known = prepared.get(sql);
    const statement = known ?? database.prepare(sql);
    if (known !== undefined) prepared.delete(sql);
    // At the end again: the first is always the one not asked for longest.
    prepared.set(sql, statement);
    const [oldest] = prepared.keys();
    if (prepared.size > MAX_STATEMENTS && oldest !== undefined) prepared.delete(oldest);
    return statement;
  }

  /** SQLite may roll a transaction back when it has no room: what belonged to it must not run alone then. */
  function withRoom<T>(run: () => T): T {
    const { inTransaction } = database;
    for (;;) {
      try {
        return run();
      } catch (error) {
        if (!isOutOfRoom(error) || database.inTransaction !== inTransaction || !makeRoom()) throw error;
      }
    }
  }

  function bound(statement: Statement, args: unknown[]): BoundStatement {
    const told = (): void => {
      if (!statement.readonly) onWrite();
    };
    return {
      reader: statement.reader,
      // A prepared statement can be bound for good only once; the values go along with the call instead.
      bind: (values) => bound(statement, values),
      columns: () => statement.columns(),
      raw: () => ({
        all() {
          told();
          return withRoom(() => statement.raw(true).all(args));
        },
      }),
      run() {
        told();
        return withRoom(() => statement.run(args));
      },
    };
  }

  const nothing: BoundStatement = {
    reader: false,
    bind: () => nothing,
    columns: () => [],
    raw: () => ({ all: () => [] }),
    run: () => ({ changes: 0, lastInsertRowid: 0 }),
  };

  return {
    // The adapter begins what has been begun already, see `BEGIN`.
    prepare: (sql: string): BoundStatement =>
      sql === 'BEGIN' && database.inTransaction ? nothing : bound(statementOf(sql), []),
    exec(sql: string): void {
      onWrite();
      // A script changes tables; a kept statement names the columns of before until it has run once.
      prepared.clear();
      withRoom(() => database.exec(sql));
    },
    close(): void {
      prepared.clear();
      database.close();
    },
  };
}

/** Growing the log fails as `SQLITE_FULL`, growing the file of its index as an error of input and output. */
function isOutOfRoom(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(FULL|IOERR_(WRITE|SHM|TRUNCATE))/.test(error.code);
}
