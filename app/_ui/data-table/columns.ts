import type { ReactNode } from 'react';
import type { SortValue } from './row-order.ts';

/** A column of a list. On phones a row is a card, and only columns with a place on the card are shown there. */
export interface DataColumn<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Makes the column sortable; undefined stands for unknown and comes last in both directions. */
  sortValue?: (row: Row) => SortValue;
  /** Shown only when chosen. */
  optional?: true;
  /** Cannot be hidden: the name. */
  locked?: true;
  /** Width and the widths of the page at which it goes. */
  className?: string;
  phone?: 'title' | 'left' | 'right' | 'line';
}

export const PHONE_PLACES: Record<NonNullable<DataColumn<unknown>['phone']>, string> = {
  title: 'max-md:order-1 max-md:col-span-2 max-md:pr-22',
  left: 'max-md:order-2',
  right: 'max-md:order-2',
  line: 'max-md:order-3 max-md:col-span-2',
};

/** Ids of the columns to show: those named in the address, else the ones shown by default; locked ones always. */
export function shownColumns<Row>(columns: readonly DataColumn<Row>[], text: string | null): string[] {
  const wanted = text === null || text === '' ? undefined : text.split(',');
  return columns
    .filter(({ id, locked, optional }) => locked || (wanted === undefined ? !optional : wanted.includes(id)))
    .map(({ id }) => id);
}

/** As `cols` of the address; empty when it is the default. */
export function formatColumns<Row>(columns: readonly DataColumn<Row>[], shown: readonly string[]): string {
  const isDefault = columns.every(({ id, locked, optional }) => locked || shown.includes(id) === !optional);
  return isDefault
    ? ''
    : columns
        .filter(({ id }) => shown.includes(id))
        .map(({ id }) => id)
        .join(',');
}
