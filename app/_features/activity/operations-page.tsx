'use client';
import { useQuery } from '@tanstack/react-query';
import { ListChecks } from 'lucide-react';
import { usePathname, useSearchParams } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { cx } from '../../_lib/cx.ts';
import { formatDuration, formatTime } from '../../_lib/format.ts';
import { type Operation, useTRPC } from '../../_lib/trpc.ts';
import { Link } from '../../_ui/link.tsx';
import { Page } from '../../_ui/page.tsx';
import { StateChip } from '../../_ui/state-chip.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { ActivityTabs } from './activity-tabs.tsx';
import { OperationOutcome } from './operation-outcome.tsx';
import { CancelOperation, OperationRow, OperationTitle } from './operation-row.tsx';
import { isActive, isBad, lookOf, stateKey } from './operation-state.ts';

const FILTERS = ['all', 'running', 'failed'] as const;
type Filter = (typeof FILTERS)[number];

/** Long work of everybody, running first; the filter is in the address. */
export function OperationsPage() {
  const t = useTranslations('tray');
  const path = usePathname();
  const params = useSearchParams();
  const filter = FILTERS.find((name) => name === params.get('state')) ?? 'all';
  const { data = [], isPending, error, refetch } = useQuery(useTRPC().operations.list.queryOptions({}));
  const rows = runningFirst(data.filter((operation) => matches(operation, filter)));
  return (
    <Page title={t('label')}>
      <ActivityTabs />
      <nav aria-label={t('filter')} className="mb-3 flex gap-0.5">
        {FILTERS.map((name) => (
          <Link
            key={name}
            href={name === 'all' ? path : `${path}?state=${name}`}
            aria-current={name === filter ? 'true' : undefined}
            className={cx(
              'inline-flex h-8 flex-none items-center gap-1 rounded-control px-2.5 font-medium text-table hover:bg-hover max-md:h-11',
              name === filter ? 'bg-selected text-fg' : 'text-muted',
            )}
          >
            {t(`filters.${name}`)}
            <span className="font-normal tabular-nums">
              {data.filter((operation) => matches(operation, name)).length}
            </span>
          </Link>
        ))}
      </nav>
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      <div className="rounded-card border border-line bg-surface">
        {isPending && <SkeletonRows />}
        {!isPending && rows.length === 0 && (
          <Empty icon={ListChecks} title={data.length === 0 ? t('nothing') : t('noMatch')} text={t('empty')} />
        )}
        {rows.length > 0 && (
          <>
            <ul className="md:hidden">
              {rows.map((operation) => (
                <OperationRow key={operation.id} operation={operation} />
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
          <th className="w-12">
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
              <td className="truncate px-2 text-muted">{operation.actorName}</td>
              <td className="whitespace-nowrap px-2 text-muted max-lg:hidden">
                <time dateTime={startedAt.toISOString()}>{formatTime(startedAt, locale)}</time>
              </td>
              <td className="whitespace-nowrap px-2 text-right text-muted">
                {finishedAt === undefined ? '–' : formatDuration(finishedAt.getTime() - startedAt.getTime(), locale)}
              </td>
              <td className="px-2">
                <CancelOperation operation={operation} />
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

/** Keeps the order of each half: the server sends the newest first. */
function runningFirst(operations: readonly Operation[]): Operation[] {
  return [...operations].sort((a, b) => Number(isActive(b)) - Number(isActive(a)));
}
