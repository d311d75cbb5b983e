'use client';
import { type IconNode, Search } from 'lucide';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { toFailure } from '../../_lib/errors.ts';
import { Button } from '../button.tsx';
import { Empty, ErrorNote, Note, SkeletonRows } from '../states.tsx';
import { ColumnMenu } from './column-menu.tsx';
import type { DataColumn } from './columns.ts';
import { type FilterChip, FilterChips } from './filter-chips.tsx';
import { FilterField } from './filter-field.tsx';
import type { TableAddress } from './use-table-address.ts';

interface Props<Row, Name extends string> {
  /** The question that fills the list; data read before an error stays in sight. */
  query: { isPending: boolean; error: unknown; refetch: () => unknown };
  /** Rows there are, and rows that match. */
  count: { all: number; shown: number };
  address: TableAddress;
  columns: readonly DataColumn<Row>[];
  filterLabel: string;
  /** Which words of the filter are conditions of their own. */
  isPiece?: (word: string) => boolean;
  chips: readonly FilterChip<Name>[];
  chosen: Name;
  /** Between the chips and the columns, not on phones. */
  aside?: ReactNode;
  empty: { icon: IconNode; title: string; text: string; command: string; actions?: ReactNode };
  /** The table, drawn only when there are rows, and what floats over it. */
  children: ReactNode;
}

/** What every list has around its table: filter, chips, columns, and what stands there instead of rows. */
export function ListFrame<Row, Name extends string>({
  query,
  count,
  address,
  columns,
  filterLabel,
  isPiece = () => false,
  chips,
  chosen,
  aside,
  empty,
  children,
}: Props<Row, Name>) {
  const [first] = chips;
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="w-[340px] max-md:w-full">
          <FilterField
            label={filterLabel}
            value={address.query}
            isPiece={isPiece}
            onChange={(q) => address.set({ q })}
          />
        </div>
        <FilterChips
          chips={chips}
          known={!query.isPending && (query.error === null || count.all > 0)}
          chosen={chosen}
          onChoose={(name) => address.set({ state: name === first?.name ? '' : name })}
        />
        <div className="ml-auto flex gap-2 max-md:hidden">
          {aside}
          <ColumnMenu columns={columns} shown={address.shown} onChange={address.setShown} />
        </div>
      </div>
      <Instead query={query} count={count} empty={empty} onClear={() => address.set({ q: '', state: '' })} />
      {count.shown > 0 && children}
    </>
  );
}

/** First load, failure, nothing there, nothing that matches; nothing at all while rows are fine. */
function Instead({
  query: { isPending, error, refetch },
  count,
  empty,
  onClear,
}: Pick<Props<unknown, string>, 'query' | 'count' | 'empty'> & { onClear: () => void }) {
  const t = useTranslations('ui');
  const te = useTranslations('error');
  if (isPending) return <SkeletonRows rows={8} className="rounded-card border border-line bg-surface" />;
  if (error !== null && count.all === 0) {
    return toFailure(error).code === 'denied' ? (
      <Note tone="warning">{te('denied')}</Note>
    ) : (
      <ErrorNote error={error} onRetry={() => void refetch()} />
    );
  }
  const stale = error !== null && (
    <div className="mb-3">
      <ErrorNote error={error} title={t('stale')} onRetry={() => void refetch()} />
    </div>
  );
  if (count.shown > 0) return stale || null;
  return (
    <div className="rounded-card border border-line bg-surface">
      {count.all === 0 ? (
        <Empty icon={empty.icon} title={empty.title} text={empty.text} command={empty.command}>
          {empty.actions}
        </Empty>
      ) : (
        <Empty icon={Search} title={t('noMatch')} text={t('noMatchOf', { count: count.all })}>
          <Button onClick={onClear}>{t('clearFilters')}</Button>
        </Empty>
      )}
    </div>
  );
}
