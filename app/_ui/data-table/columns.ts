import type { CSSProperties, ReactNode } from 'react';
import type { SortValue } from './row-order.ts';

/**
 * A column of a list. On phones a row is a card, and only columns with a place on the card are shown there. No head says there what
 * a dash stands for: a cell whose content has `data-off-phone` is left out of the card.
 */
export interface DataColumn<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Makes the column sortable; undefined stands for unknown and comes last in both directions. */
  sortValue?: (row: Row) => SortValue;
  /** Shown only when chosen. */
  optional?: true;
  /** Cannot be hidden, and stays in sight: the name. */
  locked?: true;
  /** Stays in sight with the name where the table is wider than the page. */
  kept?: true;
  /** Width and the widths of the page at which it goes. */
  className?: string;
  /** Of what stands in the head, where figures stand under it in a column of their own. */
  headClassName?: string;
  phone?: 'title' | 'left' | 'right' | 'line';
}

export const PHONE_PLACES: Record<NonNullable<DataColumn<unknown>['phone']>, string> = {
  title: 'max-md:order-1 max-md:col-span-2 max-md:pr-22',
  left: 'max-md:order-2',
  right: 'max-md:order-2',
  line: 'max-md:order-3 max-md:col-span-2',
};

const isKept = ({ locked, kept }: Pick<DataColumn<never>, 'locked' | 'kept'>) => locked === true || kept === true;

/** Of a column's cells: whether they stay in sight, and are the last that do. */
export function keptClass<Row>(column: DataColumn<Row>, shown: readonly DataColumn<Row>[]): string {
  if (!isKept(column)) return '';
  return shown.findLast(isKept) === column ? 'kept kept-end' : 'kept';
}

/** Where they stay: beside those before them. */
export function keptLeft<Row>(column: DataColumn<Row>): CSSProperties | undefined {
  return isKept(column) ? { left: `var(--kept-${column.id}, 0)` } : undefined;
}

/** Ids of the columns to show in their order: those named in the address, else the ones of the start; locked ones always. */
export function shownColumns<Row>(columns: readonly DataColumn<Row>[], text: string | null): string[] {
  if (text === null || text === '') return startOf(columns);
  const known = new Set(text.split(',')).intersection(new Set(columns.map(({ id }) => id)));
  const missing = columns.filter(({ id, locked }) => locked && !known.has(id));
  return missing.reduce<string[]>((shown, { id }) => withColumn(columns, shown, id), [...known]);
}

/** As `cols` of the address; empty when it is that of the start. */
export function formatColumns<Row>(columns: readonly DataColumn<Row>[], shown: readonly string[]): string {
  const text = shown.join(',');
  return text === startOf(columns).join(',') ? '' : text;
}

/** One more, before the first of those that follow it in the list of all. */
export function withColumn<Row>(columns: readonly DataColumn<Row>[], shown: readonly string[], id: string): string[] {
  const later = columns.slice(columns.findIndex((column) => column.id === id) + 1).map((column) => column.id);
  const at = shown.findIndex((one) => later.includes(one));
  return shown.toSpliced(at === -1 ? shown.length : at, 0, id);
}

/** The same columns, one of them at another place. */
export function moveColumn(shown: readonly string[], id: string, to: number): string[] {
  const others = shown.filter((one) => one !== id);
  if (others.length === shown.length) return others;
  return others.toSpliced(Math.max(0, to), 0, id);
}

function startOf<Row>(columns: readonly DataColumn<Row>[]): string[] {
  return columns.filter(({ locked, optional }) => locked || !optional).map(({ id }) => id);
}
