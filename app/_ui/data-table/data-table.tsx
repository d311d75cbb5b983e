'use client';
import { ArrowDown, ArrowUp, ArrowUpDown, ChevronDown, ChevronRight } from 'lucide';
import { useTranslations } from 'next-intl';
import { type ReactNode, type Ref, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { PHONE, useMedia } from '../../_lib/use-media.ts';
import { useStable } from '../../_lib/use-stable.ts';
import { Icon } from '../icon.tsx';
import { type DataColumn, keptClass, keptLeft } from './columns.ts';
import { DataRow } from './data-row.tsx';
import { compareValues, rangeOf } from './row-order.ts';
import { useHeldRows } from './use-held-rows.ts';
import { useSideways } from './use-sideways.ts';
import { useSortedRows } from './use-sorted-rows.ts';
import type { TableAddress } from './use-table-address.ts';
import { describeTimes, useTableKeys } from './use-table-keys.ts';

const VIRTUAL_FROM = 100;
/** Drawn until the code for the rows in sight has come: more than a screen. */
const FIRST_ROWS = 40;

const WindowRows = lazyPart(
  () => import('./window-rows.tsx').then((module) => module.WindowRows),
  ({ draw }) => Array.from({ length: FIRST_ROWS }, (_, index) => draw(index)),
);

// Rows may be there before the page has nothing else to do.
if (typeof window !== 'undefined') WindowRows.prepare();

interface RowGroup<Row> {
  name: string;
  rows: readonly Row[];
}

interface Props<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly DataColumn<Row>[];
  address: TableAddress;
  idOf: (row: Row) => string;
  nameOf: (row: Row) => string;
  /** Changes with what a person would call a change. */
  versionOf?: (row: Row) => string;
  /** Rows that did not change are drawn anew for another function. */
  actions: (row: Row) => ReactNode;
  /** Absent: rows cannot be selected. */
  selection?:
    | {
        selected: ReadonlySet<string>;
        onChange: (selected: ReadonlySet<string>) => void;
        /** Rows that nothing can be done to have no box. */
        canSelect?: (row: Row) => boolean;
      }
    | undefined;
  /** Rows of one name stand together under their head; undefined goes last, under `rest`. */
  group?:
    | {
        of: (row: Row) => string | undefined;
        head: (group: RowGroup<Row>) => ReactNode;
        /** What stands in the head under a column; undefined where nothing does. */
        sum?: (columnId: string, group: RowGroup<Row>) => ReactNode;
        rest: string;
      }
    | undefined;
  onRowKey?: (key: string, row: Row) => void;
  /** Filters of the list besides the text: with another one the order is taken at once. */
  orderKey?: string;
  /** Sums under the rows. */
  footer?: ReactNode;
  /** Told which rows are drawn, for figures that are asked for those alone. */
  onInSight?: (ids: readonly string[]) => void;
}

type Item<Row> = { kind: 'group'; group: RowGroup<Row>; open: boolean } | { kind: 'row'; row: Row; index: number };

/**
 * The one table of all lists: order, columns, groups, selection, keys, and only the rows in sight above a hundred. While the
 * pointer is in it nothing moves; what changed meanwhile waits behind a button.
 */
export function DataTable<Row extends object>(props: Props<Row>) {
  const {
    label,
    rows,
    columns,
    address,
    idOf,
    nameOf,
    versionOf,
    actions,
    selection,
    group,
    onRowKey,
    orderKey,
    footer,
    onInSight,
  } = props;
  const t = useTranslations('ui');
  const phone = useMedia(PHONE);
  const body = useRef<HTMLTableSectionElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const sideways = useSideways(box);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [anchor, setAnchor] = useState<string>();
  const sortKey = address.sort.map(({ id, desc }) => `${id}${desc}`).join();

  const shownIds = address.shown.join();
  const shown = useMemo(
    () => shownIds.split(',').flatMap((id) => columns.find((column) => column.id === id) ?? []),
    [shownIds, columns],
  );
  const more = shown.some(({ optional }) => optional === true);
  const sorted = useSortedRows(rows, columns, address.sort);
  const { held, release, events } = useHeldRows(sorted, idOf, `${sortKey} ${orderKey} ${address.query}`);
  const items = toItems(held.rows, group, closed);
  const order = items.flatMap((item) => (item.kind === 'row' ? [idOf(item.row)] : []));

  const many = items.length > VIRTUAL_FROM;
  const told = useRef('');
  const tellDrawn = useEffectEvent((from: number, to: number) => {
    const ids = [
      ...new Set(
        items.slice(from, to).flatMap((item) => {
          if (item.kind === 'row') return [idOf(item.row)];
          // What the head adds up is in sight with it.
          return group?.sum !== undefined && item.group.name !== group.rest ? item.group.rows.map(idOf) : [];
        }),
      ),
    ];
    if (told.current === ids.join()) return;
    told.current = ids.join();
    onInSight?.(ids);
  });
  useEffect(() => {
    if (!many) tellDrawn(0, items.length);
  });

  function canSelect(row: Row): boolean {
    return selection?.canSelect?.(row) ?? true;
  }
  function select(id: string, range: boolean) {
    if (selection === undefined) return;
    const next = new Set(selection.selected);
    if (range) for (const one of rangeOf(order, anchor, id)) next.add(one);
    else if (!next.delete(id)) next.add(id);
    for (const row of held.rows) if (!canSelect(row)) next.delete(idOf(row));
    setAnchor(id);
    selection.onChange(next);
  }
  const onSelect = useStable(select);
  useTableKeys(body, {
    select,
    clear: () => selection?.onChange(new Set()),
    other(key, id) {
      const row = held.rows.find((one) => idOf(one) === id);
      if (row !== undefined && !held.gone.has(id)) onRowKey?.(key, row);
    },
  });
  const choosable = held.rows.filter(canSelect);
  const chosen = selection === undefined ? 0 : choosable.filter((row) => selection.selected.has(idOf(row))).length;

  function draw(index: number, ref?: Ref<HTMLTableRowElement>): ReactNode {
    const item = items[index];
    if (item === undefined) return null;
    if (item.kind === 'group') {
      const sums = shown.map(({ id }) => group?.sum?.(id, item.group));
      const first = sums.findIndex((sum) => sum !== undefined);
      // Columns that go on a narrower page have a cell of their own, so that the sums stay under theirs.
      const lead = first === -1 ? -1 : shown.findIndex((one, at) => at >= first || one.className?.includes(':hidden'));
      return (
        <tr
          key={`group ${item.group.name}`}
          ref={ref}
          data-index={index}
          className="h-9 bg-canvas max-md:flex max-md:items-center md:[&>*]:border-hairline md:[&>*]:border-b"
        >
          <th
            colSpan={lead === -1 ? shown.length + 2 : lead + (selection === undefined ? 0 : 1)}
            scope="rowgroup"
            className="whitespace-nowrap pl-3 text-left font-normal max-md:p-0"
          >
            <button
              type="button"
              aria-expanded={item.open}
              className="sticky left-3 inline-flex min-h-7 items-center gap-2"
              onClick={() => setClosed(toggled(closed, item.group.name))}
            >
              <Icon icon={item.open ? ChevronDown : ChevronRight} className="text-faint" />
              <span className="font-semibold">{item.group.name}</span>
              {group?.head(item.group)}
            </button>
          </th>
          {lead !== -1 &&
            shown.slice(lead).map((column, at) => (
              <td key={column.id} className={cx('px-2 text-muted max-md:hidden!', column.className)}>
                {sums[lead + at]}
              </td>
            ))}
          {lead !== -1 && <td className="max-md:hidden" />}
        </tr>
      );
    }
    const id = idOf(item.row);
    return (
      <DataRow
        key={id}
        {...(ref === undefined ? {} : { ref })}
        row={item.row}
        id={id}
        index={ref === undefined ? item.index : index}
        columns={shown}
        selectLabel={t('selectRow', { name: nameOf(item.row) })}
        selectable={canSelect(item.row)}
        selected={selection?.selected.has(id) ?? false}
        gone={held.gone.has(id)}
        version={versionOf?.(item.row) ?? ''}
        actions={actions}
        onSelect={selection === undefined ? undefined : onSelect}
      />
    );
  }
  return (
    <div className="relative">
      {(held.waiting > 0 || held.moved) && (
        <div className="pointer-events-none absolute inset-x-0 -top-3 z-[calc(var(--z-sticky)+1)] flex justify-center">
          <button
            type="button"
            onClick={release}
            className="pointer-events-auto flex h-7 items-center gap-1.5 rounded-full border border-line bg-raised px-3 font-medium text-caption shadow-float"
          >
            <Icon icon={ArrowUpDown} size={12} />
            {held.waiting > 0 ? t('newRows', { count: held.waiting }) : t('orderChanged')}
          </button>
        </div>
      )}
      <div
        ref={box}
        className={cx(
          'table-box rounded-card border border-line bg-surface max-md:border-0 max-md:bg-transparent',
          // Cut off without being scrolled, its head stays in sight of the page; one that is too wide is scrolled by itself.
          'md:overflow-clip md:data-sideways:overflow-auto',
          // Its frame goes around all of it, also where a row is some pixels wider than the page meant.
          !more && 'wide:min-w-min wide:overflow-visible',
        )}
      >
        {/* Each cell has its own line: lines that cells share are painted anew, all of them, whenever a row comes or goes. */}
        <table
          aria-label={label}
          aria-rowcount={held.rows.length + 1}
          className="w-full border-separate border-spacing-0 text-table max-md:block"
        >
          <thead className="sticky top-(--topbar-h) z-(--z-sticky) in-data-sideways:top-0 max-md:hidden">
            <tr className="h-8 text-left text-caption text-muted [&>th:first-child]:rounded-tl-card [&>th:last-child]:rounded-tr-card [&>th]:bg-surface [&>th]:shadow-[inset_0_-1px_var(--border)]">
              {selection !== undefined && (
                <th className="kept-box w-10 pl-4">
                  <label className="flex size-7 items-center justify-center">
                    <span className="sr-only">{t('selectAll')}</span>
                    <input
                      type="checkbox"
                      className="size-4 accent-accent"
                      checked={chosen > 0 && chosen === choosable.length}
                      ref={(box) => {
                        if (box !== null) box.indeterminate = chosen > 0 && chosen < choosable.length;
                      }}
                      onChange={() =>
                        selection.onChange(new Set(chosen === choosable.length ? [] : choosable.map(idOf)))
                      }
                    />
                  </label>
                </th>
              )}
              {shown.map((column) => (
                <Head key={column.id} column={column} address={address} kept={keptClass(column, shown)} />
              ))}
              <th className="px-2">
                <span className="sr-only">{t('more')}</span>
              </th>
            </tr>
          </thead>
          <tbody
            ref={body}
            className="max-md:flex max-md:flex-col max-md:gap-2"
            {...events}
            onFocus={({ target }) => {
              events.onFocus();
              describeTimes(target);
            }}
          >
            {many ? (
              <WindowRows
                count={items.length}
                phone={phone}
                body={body}
                box={sideways ? box : undefined}
                draw={draw}
                onDrawn={(from, to) => tellDrawn(from, to)}
              />
            ) : (
              items.map((_, index) => draw(index))
            )}
          </tbody>
        </table>
        {footer !== undefined && (
          <div className="flex min-h-10 flex-wrap items-center justify-between gap-x-4 gap-y-0.5 px-4 py-1.5 text-caption text-muted tabular-nums max-md:px-1">
            {footer}
          </div>
        )}
      </div>
    </div>
  );
}

function Head<Row>({ column, address, kept }: { column: DataColumn<Row>; address: TableAddress; kept: string }) {
  const key = address.sort.find(({ id }) => id === column.id);
  return (
    <th
      aria-sort={key === undefined ? undefined : key.desc ? 'descending' : 'ascending'}
      data-kept={kept === '' ? undefined : column.id}
      style={keptLeft(column)}
      className={cx('px-2 font-medium', kept, column.className)}
    >
      {column.sortValue === undefined ? (
        <span className={column.headClassName}>{column.header}</span>
      ) : (
        <button
          type="button"
          className={cx(
            'inline-flex h-6 items-center gap-1',
            column.headClassName,
            key !== undefined && 'font-semibold text-fg',
          )}
          onClick={(event) => address.toggleSort(column.id, event.shiftKey)}
        >
          {column.header}
          {key !== undefined && <Icon icon={key.desc ? ArrowDown : ArrowUp} size={12} />}
        </button>
      )}
    </th>
  );
}

function toItems<Row>(rows: readonly Row[], group: Props<Row>['group'], closed: ReadonlySet<string>): Item<Row>[] {
  const toItem = (row: Row, index: number): Item<Row> => ({ kind: 'row', row, index });
  const groups = Map.groupBy(rows, (row) => group?.of(row));
  if (group === undefined || (groups.size < 2 && groups.has(undefined))) return rows.map(toItem);
  const names = [...groups.keys()].sort((a, b) => {
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
    return compareValues(a, b);
  });
  let index = 0;
  return names.flatMap((key) => {
    const members = groups.get(key) ?? [];
    const name = key ?? group.rest;
    const open = !closed.has(name);
    const head: Item<Row> = { kind: 'group', group: { name, rows: members }, open };
    return [head, ...(open ? members.map((row) => toItem(row, index++)) : [])];
  });
}

function toggled(set: ReadonlySet<string>, name: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(name)) next.add(name);
  return next;
}
