'use client';
import { type MouseEvent, memo, type ReactNode, type Ref, useEffect, useRef } from 'react';
import { cx } from '../../_lib/cx.ts';
import { InRow } from '../exact-time.tsx';
import { type DataColumn, keptClass, keptLeft, PHONE_PLACES } from './columns.ts';

const TINT_MS = 600;

interface Props<Row> {
  row: Row;
  id: string;
  index: number;
  columns: readonly DataColumn<Row>[];
  selectLabel: string;
  /** Without it the place of the box is empty. */
  selectable: boolean;
  selected: boolean;
  /** No longer there; it keeps its place until the pointer leaves. */
  gone: boolean;
  /** Changes with what a person would call a change; figures that tick are none. */
  version: string;
  actions: (row: Row) => ReactNode;
  onSelect: ((id: string, range: boolean) => void) | undefined;
  ref?: Ref<HTMLTableRowElement>;
}

/** A row of the table, a card on phones. Drawn anew only when something of it has changed. */
export const DataRow = memo(Line) as typeof Line;

function Line<Row>({
  row,
  id,
  index,
  columns,
  selectLabel,
  selectable,
  selected,
  gone,
  version,
  actions,
  onSelect,
  ref,
}: Props<Row>) {
  const cells = useRef<HTMLTableCellElement>(null);
  const before = useRef(version);
  // Two changes of the page. A colour that fades would have the page painted anew with each frame, by each browser that looks on.
  useEffect(() => {
    const line = cells.current?.parentElement;
    if (before.current === version || !line) return;
    before.current = version;
    line.setAttribute('data-tinted', '');
    const timer = setTimeout(() => line.removeAttribute('data-tinted'), TINT_MS);
    return () => {
      clearTimeout(timer);
      line.removeAttribute('data-tinted');
    };
  }, [version]);
  return (
    <tr
      ref={ref}
      data-row-id={id}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={onSelect === undefined || !selectable ? undefined : selected}
      className={cx(
        // `relative`: a browser keeps what it painted of such a box, and paints a row that changed without the others.
        'group/row relative h-10 md:in-data-[density=compact]:h-8 md:[&>td]:border-hairline md:[&>td]:border-b',
        'max-md:grid max-md:h-auto max-md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)] max-md:gap-x-3 max-md:gap-y-1 max-md:rounded-card max-md:border max-md:border-line max-md:bg-surface max-md:p-3 max-md:[&_[data-row-link]]:min-h-6',
        selected ? 'bg-selected max-md:bg-selected! shadow-[inset_3px_0_var(--accent)]' : 'hover:bg-hover',
        'motion-safe:data-tinted:bg-info-soft!',
        gone && 'text-faint line-through',
      )}
    >
      {onSelect !== undefined && (
        <td
          ref={cells}
          className="kept-box w-10 pl-4 max-md:absolute max-md:top-1 max-md:right-12 max-md:w-auto max-md:p-0"
        >
          {selectable && (
            <label className="flex size-7 items-center justify-center max-md:size-11">
              <span className="sr-only">{selectLabel}</span>
              <input
                type="checkbox"
                checked={selected}
                onClick={(event: MouseEvent) => onSelect(id, event.shiftKey)}
                readOnly
                className="size-4 accent-accent"
              />
            </label>
          )}
        </td>
      )}
      {columns.map((column, at) => (
        <td
          key={column.id}
          ref={onSelect === undefined && at === 0 ? cells : undefined}
          style={keptLeft(column)}
          className={cx(
            'px-2 max-md:min-w-0 max-md:px-0',
            keptClass(column, columns),
            column.phone === undefined
              ? 'max-md:hidden'
              : cx('max-md:block max-md:has-[>[data-off-phone]]:hidden', PHONE_PLACES[column.phone]),
            column.className,
          )}
        >
          <InRow value>{column.cell(row)}</InRow>
        </td>
      ))}
      <td className="w-px px-2 max-md:absolute max-md:top-1 max-md:right-1 max-md:p-0">{!gone && actions(row)}</td>
    </tr>
  );
}
