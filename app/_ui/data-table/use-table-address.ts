'use client';
import { chooseColumns, useColumns } from '../../_lib/preferences.ts';
import { useAddress } from '../../_lib/use-address.ts';
import { type DataColumn, formatColumns, shownColumns } from './columns.ts';
import { formatSort, parseSort, type SortKey, toggleSort } from './row-order.ts';

export interface TableAddress {
  query: string;
  sort: readonly SortKey[];
  shown: readonly string[];
  /** The parameter as it is, for what a list has besides. */
  get: (name: string) => string | null;
  set: (change: Readonly<Record<string, string>>) => void;
  toggleSort: (id: string, add: boolean) => void;
  setShown: (shown: readonly string[] | undefined) => void;
}

/**
 * Filter, order and columns of a list live in the address, so that it can be sent to a colleague. The columns are also
 * remembered for the person, and hold where the address names none.
 * @param id of the list, they are remembered under
 */
export function useTableAddress<Row>(id: string, columns: readonly DataColumn<Row>[], start: SortKey): TableAddress {
  const { params, setParams } = useAddress();
  const remembered = useColumns(id);
  const sort = parseSort(
    params.get('sort'),
    columns.filter(({ sortValue }) => sortValue !== undefined).map((column) => column.id),
    start,
  );
  return {
    query: params.get('q') ?? '',
    sort,
    shown: shownColumns(columns, params.get('cols') ?? remembered),
    get: (name) => params.get(name),
    set: setParams,
    toggleSort: (column, add) => setParams({ sort: formatSort(toggleSort(sort, column, add), start) }),
    setShown(shown) {
      const cols = shown === undefined ? '' : formatColumns(columns, shown);
      chooseColumns(id, cols);
      setParams({ cols });
    },
  };
}
