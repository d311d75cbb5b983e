'use client';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ListChecks } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { formatTime } from '../../_lib/format.ts';
import { type Operation, useTRPC } from '../../_lib/trpc.ts';
import { useAddress } from '../../_lib/use-address.ts';
import { Button } from '../../_ui/button.tsx';
// Not by its index: the table would come with them.
import { FilterChips } from '../../_ui/data-table/filter-chips.tsx';
import { FilterField } from '../../_ui/data-table/filter-field.tsx';
import { SelectField } from '../../_ui/field.tsx';
import { Link } from '../../_ui/link.tsx';
import { Page } from '../../_ui/page.tsx';
import { StateChip } from '../../_ui/state-chip.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { ActivityTabs } from './activity-tabs.tsx';
import { CancelOperation } from './cancel-operation.tsx';
import { OperationMenu } from './operation-menu.tsx';
import { OperationOutcome } from './operation-outcome.tsx';
import {
  isOperationPiece,
  KINDS,
  kindOf,
  type OperationKind,
  operationsHref,
  toOperationFilter,
  withKind,
} from './operation-query.ts';
import { OperationRow, OperationTitle } from './operation-row.tsx';
import { isBad, lookOf, stateKey, tookText } from './operation-state.ts';
import { RetryIcon } from './retry-operation.tsx';

const FILTERS = ['all', 'running', 'failed'] as const;
type State = Operation['state'];

const BAD: State[] = ['failed', 'interrupted'];
const OVER: State[] = [...BAD, 'succeeded', 'cancelled'];

/** Long work of everybody, running first, the older as far back as is asked for; the filter is in the address. */
export function OperationsPage() {
  const t = useTranslations('tray');
  const nav = useTranslations('nav');
  const op = useTranslations('op');
  const ui = useTranslations('ui');
  const { params, setParams } = useAddress();
  const query = params.get('q') ?? '';
  const filter = FILTERS.find((name) => name === params.get('state')) ?? 'all';
  const trpc = useTRPC();
  const labelOf = (kind: OperationKind) => op(kind.replaceAll('.', '_') as 'image_import');
  const asked = toOperationFilter(query, labelOf);
  const placeholderData = keepPreviousData;
  const running = useQuery(trpc.operations.page.queryOptions({ ...asked, states: ['running'] }, { placeholderData }));
  const over = useInfiniteQuery(
    trpc.operations.page.infiniteQueryOptions(
      { ...asked, states: filter === 'failed' ? BAD : OVER },
      { placeholderData, getNextPageParam: ({ next }) => next, enabled: filter !== 'running' },
    ),
  );
  const isPending = running.isPending || (over.isPending && filter !== 'running');
  const error = running.error ?? over.error;
  const refetch = () => Promise.all([running.refetch(), ...(filter === 'running' ? [] : [over.refetch()])]);
  const rows = [
    ...(filter === 'failed' ? [] : (running.data?.operations ?? [])),
    ...(filter === 'running' ? [] : (over.data?.pages.flatMap(({ operations }) => operations) ?? [])),
  ];
  // One that has just ended may be told by both.
  const shown = [...new Map(rows.map((operation) => [operation.id, operation])).values()];
  const of = (states: readonly State[]) => states.reduce((sum, one) => sum + (running.data?.counts[one] ?? 0), 0);
  const counts = { all: of(['running', ...OVER]), running: of(['running']), failed: of(BAD) };
  const filtered = query !== '' || filter !== 'all';
  return (
    <Page title={nav('activity')} view={t('label')}>
      <ActivityTabs />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="w-[340px] max-md:w-full">
          <FilterField
            label={t('filterRows')}
            value={query}
            isPiece={isOperationPiece}
            onChange={(q) => setParams({ q })}
          />
        </div>
        <SelectField
          label={t('kind')}
          hideLabel
          value={kindOf(query)}
          options={[
            { value: '', label: t('anyKind') },
            ...KINDS.map((kind) => ({ value: kind, label: labelOf(kind) })),
          ]}
          onChange={(event) => setParams({ q: withKind(query, event.target.value) })}
        />
        <FilterChips
          chips={FILTERS.map((name) => ({
            name,
            label: t(`filters.${name}`),
            count: counts[name],
          }))}
          known={running.data !== undefined && !isPending}
          chosen={filter}
          onChoose={(name) => setParams({ state: name === 'all' ? '' : name })}
        />
      </div>
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      <div className="rounded-card border border-line bg-surface">
        {isPending && <SkeletonRows />}
        {!isPending && error === null && shown.length === 0 && (
          <Empty
            icon={ListChecks}
            title={filtered ? t('noMatch') : t('nothing')}
            text={filtered ? undefined : t('empty')}
          >
            {filtered && <Button onClick={() => setParams({ q: '', state: '' })}>{ui('clearFilters')}</Button>}
          </Empty>
        )}
        {shown.length > 0 && (
          <>
            <ul className="md:hidden">
              {shown.map((operation) => (
                <OperationRow key={operation.id} operation={operation} menu />
              ))}
            </ul>
            <OperationTable rows={shown} />
          </>
        )}
      </div>
      {filter !== 'running' && over.hasNextPage && (
        <div className="mt-3 flex justify-center">
          <Button loading={over.isFetchingNextPage} onClick={() => void over.fetchNextPage()}>
            {t('older')}
          </Button>
        </div>
      )}
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
                <Link href={operationsHref('actor', operation.actorName)} className="hover:text-accent">
                  <bdi>{operation.actorName}</bdi>
                </Link>
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
