import type { Database, Statement } from 'better-sqlite3';

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

/**
 * The database as Prisma's adapter uses it, with statements kept: it prepares the text of every query anew, which takes longer
 * than most of them run. The oldest of too many go. `onWrite` is called before each statement that may write.
 */
export function withPreparedStatements(database: Database, onWrite: () => void) {
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
          return statement.raw(true).all(args);
        },
      }),
      run() {
        told();
        return statement.run(args);
      },
    };
  }

  return {
    prepare: (sql: string): BoundStatement => bound(statementOf(sql), []),
    exec(sql: string): void {
      onWrite();
      // A script changes tables; a kept statement names the columns of before until it has run once.
      prepared.clear();
      database.exec(sql);
    },
    close(): void {
      prepared.clear();
      database.close();
    },
  };
}
