import { useState } from 'react';
import type { DataColumn } from './columns.ts';
import { orderOf, type SortedBy, type SortKey } from './row-order.ts';

/** Rows in the order of these keys; the name decides between equals, so that they keep their places. */
export function useSortedRows<Row>(
  rows: readonly Row[],
  columns: readonly DataColumn<Row>[],
  keys: readonly SortKey[],
): Row[] {
  const [kept] = useState(() => ({ by: [] as readonly SortedBy[], places: [] as readonly number[] }));
  const all = keys.some(({ id }) => id === 'name') ? keys : [...keys, { id: 'name', desc: false }];
  const by = all.flatMap(({ id, desc }): SortedBy[] => {
    const of = columns.find((column) => column.id === id)?.sortValue;
    return of === undefined ? [] : [{ desc, values: rows.map((row) => of(row)) }];
  });
  // Rows come anew every few seconds, seldom with anything that changes their order.
  if (kept.places.length !== rows.length || !isSame(kept.by, by)) {
    kept.by = by;
    kept.places = orderOf(rows.length, by);
  }
  return kept.places.flatMap((place) => rows[place] ?? []);
}

function isSame(a: readonly SortedBy[], b: readonly SortedBy[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ desc, values }, at) => {
      const other = b[at];
      return other?.desc === desc && values.every((value, place) => value === other.values[place]);
    })
  );
}
