/** `web2` before `web10`. */
const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

export type SortValue = string | number | undefined;

/** Ascending; what is unknown was put last before this is asked. */
export function compareValues(a: SortValue, b: SortValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return natural.compare(String(a), String(b));
}

/** What rows are ordered by: the values of one column, a row each. */
export interface SortedBy {
  desc: boolean;
  values: readonly SortValue[];
}

/** Places of rows in the order of the first column, where that says nothing of the next; what is unknown comes last. */
export function orderOf(count: number, by: readonly SortedBy[]): number[] {
  return Array.from({ length: count }, (_, place) => place).sort((a, b) => {
    for (const { desc, values } of by) {
      const order = compareKnown(values[a], values[b], desc);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compareKnown(a: SortValue, b: SortValue, desc: boolean): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return desc ? -compareValues(a, b) : compareValues(a, b);
}

export interface SortKey {
  id: string;
  desc: boolean;
}

/** `name`, `cpu.desc,name`: columns that are not there are left out. */
export function parseSort(text: string | null, columns: readonly string[], fallback: SortKey): SortKey[] {
  const keys = (text ?? '').split(',').flatMap((word): SortKey[] => {
    const [id = '', direction] = word.split('.');
    return columns.includes(id) ? [{ id, desc: direction === 'desc' }] : [];
  });
  return keys.length === 0 ? [fallback] : keys.slice(0, 2);
}

export function formatSort(keys: readonly SortKey[], fallback: SortKey): string {
  const text = keys.map(({ id, desc }) => (desc ? `${id}.desc` : id)).join(',');
  return text === (fallback.desc ? `${fallback.id}.desc` : fallback.id) ? '' : text;
}

/** A press on a head: turns a key that is there, else becomes the only key, or with Shift the second. */
export function toggleSort(keys: readonly SortKey[], id: string, add: boolean): SortKey[] {
  const old = keys.find((key) => key.id === id);
  const turned = { id, desc: old === undefined ? false : !old.desc };
  if (!add) return [turned];
  return old === undefined ? [...keys.slice(0, 1), turned] : keys.map((key) => (key.id === id ? turned : key));
}

export interface Held<Row> {
  rows: Row[];
  /** Rows that are no longer there and keep their place. */
  gone: ReadonlySet<string>;
  /** New rows that wait for their place. */
  waiting: number;
  /** The order would be another one. */
  moved: boolean;
}

/** What is shown while the pointer or the focus is in the table: the old places with the new facts. */
export function holdOrder<Row>(shown: readonly Row[], next: readonly Row[], idOf: (row: Row) => string): Held<Row> {
  const fresh = new Map(next.map((row) => [idOf(row), row]));
  const places = new Set(shown.map(idOf));
  const left = shown.map(idOf).filter((id) => fresh.has(id));
  const wanted = next.map(idOf).filter((id) => places.has(id));
  return {
    rows: shown.map((row) => fresh.get(idOf(row)) ?? row),
    gone: new Set([...places].filter((id) => !fresh.has(id))),
    waiting: next.length - wanted.length,
    moved: left.some((id, index) => id !== wanted[index]),
  };
}

/** Ids from one row to another, both included, in the order shown; only the second when the first has gone. */
export function rangeOf(ids: readonly string[], from: string | undefined, to: string): string[] {
  const start = from === undefined ? -1 : ids.indexOf(from);
  const end = ids.indexOf(to);
  if (start < 0 || end < 0) return [to];
  return ids.slice(Math.min(start, end), Math.max(start, end) + 1);
}
