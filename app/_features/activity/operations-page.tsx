'use client';
import { useQuery } from '@tanstack/react-query';
import { ListChecks } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { formatTime } from '../../_lib/format.ts';
import { type Operation, useTRPC } from '../../_lib/trpc.ts';
import { useAddress } from '../../_lib/use-address.ts';
import { Button } from '../../_ui/button.tsx';
// Not by its index: the table would come with them.
import { FilterChips } from '../../_ui/data-table/filter-chips.tsx';
import { FilterField } from '../../_ui/data-table/filter-field.tsx';
import { Page } from '../../_ui/page.tsx';
import { StateChip } from '../../_ui/state-chip.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { ActivityTabs } from './activity-tabs.tsx';
import { CancelOperation } from './cancel-operation.tsx';
import { OperationMenu } from './operation-menu.tsx';
import { OperationOutcome } from './operation-outcome.tsx';
import { OperationRow, OperationTitle } from './operation-row.tsx';
import { isActive, isBad, lookOf, stateKey, tookText } from './operation-state.ts';
import { RetryIcon } from './retry-operation.tsx';

const FILTERS = ['all', 'running', 'failed'] as const;
type Filter = (typeof FILTERS)[number];

/** Long work of everybody, running first; the filter is in the address. */
export function OperationsPage() {
  const t = useTranslations('tray');
  const nav = useTranslations('nav');
  const op = useTranslations('op');
  const ui = useTranslations('ui');
  const { params, setParams } = useAddress();
  const query = params.get('q') ?? '';
  const filter = FILTERS.find((name) => name === params.get('state')) ?? 'all';
  const { data = [], isPending, error, refetch } = useQuery(useTRPC().operations.list.queryOptions({}));
  const kindOf = ({ kind }: Operation) => {
    const key = kind.replaceAll('.', '_');
    return op.has(key) ? op(key as 'image_import') : kind;
  };
  const found = data.filter((operation) => matchesWords(operation, kindOf(operation), query));
  const rows = runningFirst(found.filter((operation) => matches(operation, filter)));
  return (
    <Page title={nav('activity')} view={t('label')}>
      <ActivityTabs />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="w-[340px] max-md:w-full">
          <FilterField label={t('filterRows')} value={query} isPiece={() => false} onChange={(q) => setParams({ q })} />
        </div>
        <FilterChips
          chips={FILTERS.map((name) => ({
            name,
            label: t(`filters.${name}`),
            count: found.filter((operation) => matches(operation, name)).length,
          }))}
          known={!isPending && (error === null || data.length > 0)}
          chosen={filter}
          onChoose={(name) => setParams({ state: name === 'all' ? '' : name })}
        />
      </div>
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      <div className="rounded-card border border-line bg-surface">
        {isPending && <SkeletonRows />}
        {!isPending && rows.length === 0 && (
          <Empty
            icon={ListChecks}
            title={data.length === 0 ? t('nothing') : t('noMatch')}
            text={data.length === 0 ? t('empty') : ui('noMatchOf', { count: data.length })}
          >
            {data.length > 0 && <Button onClick={() => setParams({ q: '', state: '' })}>{ui('clearFilters')}</Button>}
          </Empty>
        )}
        {rows.length > 0 && (
          <>
            <ul className="md:hidden">
              {rows.map((operation) => (
                <OperationRow key={operation.id} operation={operation} menu />
              ))}
            </ul>
            <OperationTable rows={rows} />
          </>
        )}
      </div>
    </Page>
  );
}

function OperationTable({ rows }: { rows: readonly Operation[] }) {
  const t = useTranslations('tray');
  const op = useTranslations('op');
  const locale = useLocale();
  return (
    <table className="w-full table-fixed text-left text-table max-md:hidden">
      <thead>
        <tr className="h-8 border-hairline border-b text-caption text-muted">
          <th className="w-32 pl-4 font-medium">{t('columns.state')}</th>
          <th className="w-[26%] px-2 font-medium">{t('columns.what')}</th>
          <th className="px-2 font-medium">{t('columns.result')}</th>
          <th className="w-24 px-2 font-medium">{t('columns.actor')}</th>
          <th className="w-44 px-2 font-medium max-lg:hidden">{t('columns.started')}</th>
          <th className="w-24 px-2 text-right font-medium">{t('columns.took')}</th>
          <th className="w-20">
            <span className="sr-only">{t('columns.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((operation) => {
          const { icon, tone, spin } = lookOf(operation);
          const { startedAt, finishedAt } = operation;
          return (
            <tr key={operation.id} className="h-10 border-hairline border-b last:border-b-0 hover:bg-hover">
              <td className="pl-4">
                <StateChip icon={icon} tone={tone} quiet={!isBad(operation)} spin={spin}>
                  {op(stateKey(operation))}
                </StateChip>
              </td>
              <td className="truncate px-2">
                <OperationTitle operation={operation} />
              </td>
              <td className="px-2 py-1">
                <OperationOutcome operation={operation} />
              </td>
              <td className="truncate px-2 text-muted" title={operation.actorName}>
                <bdi>{operation.actorName}</bdi>
              </td>
              <td className="whitespace-nowrap px-2 text-muted max-lg:hidden">
                <time dateTime={startedAt.toISOString()}>{formatTime(startedAt, locale)}</time>
              </td>
              <td className="whitespace-nowrap px-2 text-right text-muted">
                {finishedAt === undefined ? '–' : tookText(finishedAt.getTime() - startedAt.getTime(), locale)}
              </td>
              <td className="px-2">
                <span className="flex justify-end">
                  <RetryIcon operation={operation} />
                  <CancelOperation operation={operation} />
                  <OperationMenu operation={operation} />
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function matches(operation: Operation, filter: Filter): boolean {
  if (filter === 'running') return isActive(operation);
  return filter === 'all' || isBad(operation);
}

/** Each word is part of the object, of the person or of what was done. */
function matchesWords({ object, actorName }: Operation, kind: string, query: string): boolean {
  const text = [object?.name, object?.id, actorName, kind].join(' ').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Keeps the order of each half: the server sends the newest first. */
function runningFirst(operations: readonly Operation[]): Operation[] {
  return [...operations].sort((a, b) => Number(isActive(b)) - Number(isActive(a)));
}
