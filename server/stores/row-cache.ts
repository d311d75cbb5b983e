/**
 * The rows of one table in memory. The server is the only process that writes these tables while it runs, so what it wrote
 * last is what is there: a look costs no query. Rows are raw columns, shared and never changed; a store makes fresh records
 * of them.
 *
 * A row appears after its write was committed, and writes of one key wait for each other, so the order in memory is the order
 * on disk. After a failed write nothing is believed: the next look reads the table again.
 */
export class RowCache<Row> {
  readonly #readAll: () => Promise<Row[]>;
  readonly #keyOf: (row: Row) => string;
  readonly #writes = new Map<string, Promise<void>>();
  #rows: Promise<Map<string, Row>> | undefined;

  constructor(readAll: () => Promise<Row[]>, keyOf: (row: Row) => string) {
    this.#readAll = readAll;
    this.#keyOf = keyOf;
  }

  async get(key: string): Promise<Row | undefined> {
    return (await this.#loaded()).get(key);
  }

  /** In the order they were inserted. */
  async all(): Promise<Row[]> {
    return [...(await this.#loaded()).values()];
  }

  async find(test: (row: Row) => boolean): Promise<Row | undefined> {
    for (const row of (await this.#loaded()).values()) if (test(row)) return row;
    return undefined;
  }

  /** @param work makes a row and gives it as it is now */
  async insert(work: () => Promise<Row>): Promise<Row> {
    try {
      // Loaded first: a load that runs beside the write may or may not have seen it.
      await this.#loaded();
      const row = await work();
      (await this.#loaded()).set(this.#keyOf(row), row);
      return row;
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** @param work is told the row as it was and gives it as it is now; undefined: it is gone */
  async write(key: string, work: (before: Row | undefined) => Promise<Row | undefined>): Promise<void> {
    const before = this.#writes.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#writes.set(key, promise);
    try {
      await before;
      const row = await work((await this.#loaded()).get(key));
      const rows = await this.#loaded();
      if (row === undefined) rows.delete(key);
      else rows.set(key, row);
    } catch (error) {
      this.forget();
      throw error;
    } finally {
      if (this.#writes.get(key) === promise) this.#writes.delete(key);
      resolve();
    }
  }

  /** For a change of more than one row: the next look reads the table again. */
  forget(): void {
    this.#rows = undefined;
  }

  #loaded(): Promise<Map<string, Row>> {
    if (this.#rows !== undefined) return this.#rows;
    const loading = this.#readAll().then((rows) => new Map(rows.map((row) => [this.#keyOf(row), row])));
    this.#rows = loading;
    // Whoever waits hears of the failure; the next one tries again.
    loading.catch(() => {
      if (this.#rows === loading) this.#rows = undefined;
    });
    return loading;
  }
}
