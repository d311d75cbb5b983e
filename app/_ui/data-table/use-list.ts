'use client';
import type { DataColumn } from './columns.ts';
import type { SortKey } from './row-order.ts';
import { useTableAddress } from './use-table-address.ts';

interface ListOf<Row, Name extends string> {
  /** Its columns are remembered under it. */
  id: string;
  columns: readonly DataColumn<Row>[];
  /** Its order where the address names none. */
  start: SortKey;
  all: readonly Row[];
  /** The first shows all rows and stands in no address. */
  filters: readonly [Name, ...Name[]];
  matches: (row: Row, filter: Name) => boolean;
  select: (all: readonly Row[], by: { query: string; filter: Name }) => readonly Row[];
  chip: (filter: Name) => { label: string; hint: string };
}

/** What a list page shows of its rows by what the address says: for `ListFrame`, and for the `DataTable` inside it. */
export function useList<Row, Name extends string>(list: ListOf<Row, Name>) {
  const { id, columns, start, all, filters, matches, select, chip } = list;
  const address = useTableAddress(id, columns, start);
  const filter = filters.find((name) => name === address.get('state')) ?? filters[0];
  const rows = select(all, { query: address.query, filter });
  const chips = filters.map((name) => ({
    name,
    ...chip(name),
    count: all.filter((row) => matches(row, name)).length,
  }));
  return {
    frame: { count: { all: all.length, shown: rows.length }, address, columns, chips, chosen: filter },
    table: { rows, columns, address, orderKey: filter },
  };
}
