import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { EngineError, errnoOf } from '../errors/index.ts';

/**
 * Rows of a test store. With a file they survive the process: each change writes all of them under a temporary name and
 * renames, so that a test may kill the process at any moment. Rows are copied in and out, as a database would.
 */
export class Table<Row extends object> {
  readonly #rows: Map<string, Row>;
  readonly #file: string | undefined;

  constructor(file?: string) {
    this.#file = file;
    this.#rows = new Map(file === undefined ? [] : load<Row>(file));
  }

  get(key: string): Row | undefined {
    const row = this.#rows.get(key);
    return row === undefined ? undefined : structuredClone(row);
  }

  list(): Row[] {
    return [...this.#rows.values()].map((row) => structuredClone(row));
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  set(key: string, row: Row): void {
    this.#rows.set(key, structuredClone(row));
    this.#save();
  }

  /** @throws EngineError `not_found` */
  change(key: string, change: Partial<Row>): void {
    const row = this.#rows.get(key);
    if (row === undefined) throw new EngineError('not_found', `No row ${key}`, { reason: 'row_not_found', key });
    this.set(key, { ...row, ...change });
  }

  delete(key: string): boolean {
    const had = this.#rows.delete(key);
    if (had) this.#save();
    return had;
  }

  #save(): void {
    if (this.#file === undefined) return;
    const temporary = `${this.#file}.tmp`;
    // Not JSON: dates, bigints and undefined come back as they were.
    writeFileSync(temporary, serialize([...this.#rows]));
    renameSync(temporary, this.#file);
  }
}

function load<Row>(file: string): [string, Row][] {
  try {
    return deserialize(readFileSync(file)) as [string, Row][];
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
