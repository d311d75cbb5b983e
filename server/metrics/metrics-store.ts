import { chmodSync, renameSync, rmSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { EngineError } from '#engine/errors/index.ts';
import { decodeBlock, encodeBlock } from './block.ts';
import { fieldsOf, HOST_SERIES, mergeValues, type Values } from './fields.ts';
import { floorTo, KEEP_REMOVED_MS, TIERS } from './tiers.ts';

/** A container, or the host, whose points are kept. */
export interface Series {
  /** Id of the container. */
  key: string;
  name: string;
  /** Id of who made it: points of one that is gone are for those who might see it. */
  owner: string | undefined;
}

/** Something that happened to a container and explains a change of its figures. */
export interface Mark {
  at: number;
  series: string;
  /** `start`, `exit`, `oom`, `restart`, `pause`, `unpause`, `health`, `update` */
  kind: string;
  detail: string;
}

export interface Point {
  at: number;
  stepMs: number;
  values: Values;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, owner TEXT, seenAt INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS series_name ON series (name);
CREATE TABLE IF NOT EXISTS block (series INTEGER NOT NULL, tier INTEGER NOT NULL, start INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (series, tier, start)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rolled (tier INTEGER PRIMARY KEY, until INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS mark (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, series TEXT NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS mark_series ON mark (series, at);
CREATE INDEX IF NOT EXISTS mark_at ON mark (at);
`;
const VERSION = 1;
/** Ending of the file that could not be read. */
export const DAMAGED = '.damaged';
const MAX_MARKS = 100_000;
const CHECKED_BYTES = 64 * 2 ** 20;
const DAY_MS = 86_400_000;
/** Of the time that a tier has, so much goes when the file is full. */
const SHED = 0.1;

/** The file of one server's points. Everything in it may be lost: whoever cannot read it begins anew. */
export class MetricsStore implements Disposable {
  readonly #db: Sqlite.Database;
  readonly #file: string;
  readonly #inode: number;
  readonly #statements = new Map<string, Sqlite.Statement>();
  readonly #ids = new Map<string, number>();

  /** @throws Error (of SQLite) for a file that is no database or is damaged */
  constructor(file: string) {
    const db = new Sqlite(file);
    try {
      db.pragma('auto_vacuum = INCREMENTAL');
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.pragma('busy_timeout = 2000');
      db.pragma('cache_size = -2048');
      const version = Number(db.pragma('user_version', { simple: true }));
      if (version > VERSION) throw damaged('The metrics are of a newer release');
      // Of a large file this would take too long; damage there shows when it is read.
      if (statSync(file).size <= CHECKED_BYTES && db.pragma('quick_check(1)', { simple: true }) !== 'ok')
        throw damaged('The metrics are damaged');
      db.exec(SCHEMA);
      db.pragma(`user_version = ${VERSION}`);
      chmodSync(file, 0o600);
      this.#inode = statSync(file).ino;
    } catch (error) {
      db.close();
      throw error;
    }
    this.#db = db;
    this.#file = file;
  }

  #sql(sql: string): Sqlite.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.#db.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  /** False once somebody has taken the file away: what is written would be seen by nobody. */
  isInPlace(): boolean {
    return statSync(this.#file, { throwIfNoEntry: false })?.ino === this.#inode;
  }

  transaction(work: () => void): void {
    this.#db.transaction(work)();
  }

  /** Remembers the series, under its newest name. */
  see(series: Series, now: number): void {
    const { key, name, owner = null } = series;
    this.#sql(
      'INSERT INTO series (key, name, owner, seenAt) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET name = excluded.name, owner = excluded.owner, seenAt = excluded.seenAt',
    ).run(key, name, owner, now);
  }

  #idOf(key: string): number | undefined {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const row = this.#sql('SELECT id FROM series WHERE key = ?').get(key) as { id: number } | undefined;
    if (row !== undefined) this.#ids.set(key, row.id);
    return row?.id;
  }

  /** Containers that have had this name, the present one included. */
  named(name: string): Series[] {
    const rows = this.#sql('SELECT key, name, owner FROM series WHERE name = ?').all(name) as (Series & {
      owner: string | null;
    })[];
    return rows.map(({ owner, ...row }) => ({ ...row, owner: owner ?? undefined }));
  }

  /** @param start of the block, in ms; a block that is there already is completed by what it lacks */
  put(key: string, tier: number, start: number, slots: readonly (Values | undefined)[]): void {
    const id = this.#idOf(key);
    if (id === undefined) throw new Error(`No series ${key}`);
    const old = this.#block(id, key, tier, start);
    const merged = old === undefined ? slots : slots.map((values, slot) => values ?? old[slot]);
    const data = encodeBlock(merged, fieldsOf(key).length);
    this.#sql('INSERT OR REPLACE INTO block (series, tier, start, data) VALUES (?, ?, ?, ?)').run(
      id,
      tier,
      start,
      data,
    );
  }

  #block(id: number, key: string, tier: number, start: number): (Values | undefined)[] | undefined {
    const row = this.#sql('SELECT data FROM block WHERE series = ? AND tier = ? AND start = ?').get(id, tier, start) as
      | { data: Buffer }
      | undefined;
    return row && decodeBlock(row.data, slotsOf(tier), fieldsOf(key).length);
  }

  /** Points that begin in `[from, to)`, oldest first. */
  read(key: string, tier: number, from: number, to: number): Point[] {
    const id = this.#idOf(key);
    if (id === undefined) return [];
    const { stepMs, blockMs } = tierAt(tier);
    const rows = this.#sql(
      'SELECT start, data FROM block WHERE series = ? AND tier = ? AND start >= ? AND start < ? ORDER BY start',
    ).all(id, tier, floorTo(blockMs, from), to) as { start: number; data: Buffer }[];
    return rows.flatMap(({ start, data }) =>
      decodeBlock(data, slotsOf(tier), fieldsOf(key).length).flatMap((values, slot) => {
        const at = start + slot * stepMs;
        return values === undefined || at < from || at >= to ? [] : [{ at, stepMs, values }];
      }),
    );
  }

  /** The time of the oldest point of a series. */
  oldest(key: string): number | undefined {
    const id = this.#idOf(key);
    if (id === undefined) return undefined;
    const times = TIERS.flatMap(({ stepMs }, tier) => {
      const { start } = this.#sql('SELECT MIN(start) AS start FROM block WHERE series = ? AND tier = ?').get(
        id,
        tier,
      ) as {
        start: number | null;
      };
      // A block may begin long before its first point.
      const slot = start === null ? -1 : this.#block(id, key, tier, start)?.findIndex((values) => values !== undefined);
      return start === null || slot === undefined || slot === -1 ? [] : [start + slot * stepMs];
    });
    return times.length === 0 ? undefined : Math.min(...times);
  }

  addMark({ at, series, kind, detail }: Mark): void {
    this.#sql('INSERT INTO mark (at, series, kind, detail) VALUES (?, ?, ?, ?)').run(at, series, kind, detail);
  }

  marks(key: string, from: number, to: number, limit: number): Mark[] {
    const newest = this.#sql(
      'SELECT at, series, kind, detail FROM mark WHERE series = ? AND at >= ? AND at < ? ORDER BY at DESC, id DESC LIMIT ?',
    ).all(key, from, to, limit) as Mark[];
    return newest.reverse();
  }

  /** Per tier: before this time its blocks are made. */
  rolledUntil(): number[] {
    const rows = this.#sql('SELECT tier, until FROM rolled').all() as { tier: number; until: number }[];
    const until = new Map(rows.map((row) => [row.tier, row.until]));
    return TIERS.map((_, tier) => (tier === 0 ? Number.POSITIVE_INFINITY : (until.get(tier) ?? 0)));
  }

  /** Makes the blocks of coarser tiers that are complete by now. */
  rollUp(now: number): void {
    for (let tier = 1; tier < TIERS.length; tier++) {
      const { blockMs } = tierAt(tier);
      const from = this.rolledUntil()[tier] ?? 0;
      // Complete is what the finer tier, which is written some moments later, has to its end.
      const finer = tier === 1 ? now : (this.rolledUntil()[tier - 1] ?? 0);
      const until = floorTo(blockMs, finer);
      if (until <= from) continue;
      for (const { key } of this.#sql('SELECT key FROM series').all() as { key: string }[])
        this.#rollSeries(key, tier, from, until);
      this.#sql('INSERT OR REPLACE INTO rolled (tier, until) VALUES (?, ?)').run(tier, until);
    }
  }

  #rollSeries(key: string, tier: number, from: number, until: number): void {
    const { stepMs, blockMs } = tierAt(tier);
    const blocks = Map.groupBy(this.read(key, tier - 1, from, until), ({ at }) => floorTo(blockMs, at));
    for (const [start, points] of blocks) {
      const slots = Map.groupBy(points, ({ at }) => (floorTo(stepMs, at) - start) / stepMs);
      const values = Array.from({ length: slotsOf(tier) }, (_, slot) => {
        const found = slots.get(slot);
        return (
          found &&
          mergeValues(
            fieldsOf(key),
            found.map((point) => point.values),
          )
        );
      });
      this.put(key, tier, start, values);
    }
  }

  /** Drops what is older than it is kept for, and removed containers. `alive` are the keys that still exist. */
  prune(now: number, alive: ReadonlySet<string>): void {
    const all = this.#sql('SELECT id, key, seenAt FROM series').all() as { id: number; key: string; seenAt: number }[];
    for (const { id, key, seenAt } of all) {
      if (key !== HOST_SERIES && !alive.has(key) && seenAt < now - KEEP_REMOVED_MS) {
        this.#forget(id, key);
        continue;
      }
      for (const [tier, { keepMs, blockMs }] of TIERS.entries()) {
        this.#sql('DELETE FROM block WHERE series = ? AND tier = ? AND start < ?').run(
          id,
          tier,
          now - keepMs - blockMs,
        );
        // Of a clock that was far ahead for a while.
        this.#sql('DELETE FROM block WHERE series = ? AND tier = ? AND start > ?').run(id, tier, now + DAY_MS);
      }
    }
    this.#sql('DELETE FROM mark WHERE at < ? OR at > ?').run(now - 366 * DAY_MS, now + DAY_MS);
    this.#sql('DELETE FROM mark WHERE id <= (SELECT MAX(id) FROM mark) - ?').run(MAX_MARKS);
    this.#sql('UPDATE rolled SET until = 0 WHERE until > ?').run(now + DAY_MS);
    this.#db.pragma('incremental_vacuum');
  }

  #forget(id: number, key: string): void {
    this.#sql('DELETE FROM block WHERE series = ?').run(id);
    this.#sql('DELETE FROM mark WHERE series = ?').run(key);
    this.#sql('DELETE FROM series WHERE id = ?').run(id);
    this.#ids.delete(key);
  }

  usedBytes(): number {
    const pragma = (name: string) => Number(this.#db.pragma(name, { simple: true }));
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  }

  /** Drops the oldest part of the tier that takes most, again and again, until what is kept fits. */
  shed(maxBytes: number): void {
    while (this.usedBytes() > maxBytes) {
      const [most] = this.#sql(
        'SELECT tier, MIN(start) AS first, MAX(start) AS last FROM block GROUP BY tier ORDER BY SUM(LENGTH(data)) DESC LIMIT 1',
      ).all() as { tier: number; first: number; last: number }[];
      if (most === undefined) return;
      const until = most.first + Math.max((most.last - most.first) * SHED, 1);
      this.#sql('DELETE FROM block WHERE tier = ? AND start < ?').run(most.tier, until);
    }
    this.#db.pragma('incremental_vacuum');
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}

function tierAt(tier: number): (typeof TIERS)[number] {
  const found = TIERS[tier];
  if (found === undefined) throw new Error(`No tier ${tier}`);
  return found;
}

function slotsOf(tier: number): number {
  const { stepMs, blockMs } = tierAt(tier);
  return blockMs / stepMs;
}

function damaged(message: string): EngineError {
  return new EngineError('data_corrupt', message, { reason: 'metrics_damaged' });
}

/** SQLite's words for a file that it cannot make sense of; blocks of ours that cannot be unpacked count too. */
export function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(SQLITE_CORRUPT|SQLITE_NOTADB|Z_|data_corrupt)/.test(code);
}

/**
 * Opens the file; one that cannot be read, or is known to be damaged (`discard`), is put aside as `….damaged` and a new one made.
 * `onDamage` hears why.
 *
 * @throws Error when not even a new one can be made
 */
export function openMetricsStore(
  file: string,
  onDamage: (error: unknown) => void,
  opts: { discard?: boolean } = {},
): MetricsStore {
  if (opts.discard !== true) {
    try {
      return new MetricsStore(file);
    } catch (error) {
      if (!isDamage(error)) throw error;
      onDamage(error);
    }
  }
  setAside(file);
  return new MetricsStore(file);
}

/** The last damaged one is kept, to look at; its journal belongs to it. */
function setAside(file: string): void {
  for (const ending of ['-wal', '-shm', '']) {
    const from = `${file}${ending}`;
    if (statSync(from, { throwIfNoEntry: false }) === undefined) continue;
    if (ending === '') renameSync(from, `${file}${DAMAGED}`);
    else rmSync(from);
  }
}
