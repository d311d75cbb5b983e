'use client';
import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Container, Plus, Search } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { type ContainerSummary, useTRPC } from '../../_lib/trpc.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import { TextField } from '../../_ui/field.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { Page } from '../../_ui/page.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { useCan } from '../shell/use-me.ts';
import { ContainerRow } from './container-row.tsx';
import { matchesFilter, type StateFilter } from './container-state.ts';
import { filterContainers, orderContainers, type SortKey } from './list-order.ts';
import { RemoveDialog } from './remove-dialog.tsx';
import { useContainerVerbs, type Verb } from './use-container-verbs.ts';

const FILTERS: readonly StateFilter[] = ['all', 'running', 'stopped', 'problems'];
const COLUMNS: readonly SortKey[] = ['state', 'name', 'image', 'created'];
const BULK: readonly Verb[] = ['start', 'stop', 'restart'];
const NOTHING: ContainerSummary[] = [];

/** The list; filter and order live in the address, so that it can be sent to a colleague. */
export function ContainersPage() {
  const t = useTranslations('containers');
  const ui = useTranslations('ui');
  const can = useCan();
  const trpc = useTRPC();
  const { data = NOTHING, isPending, isError, error, refetch } = useQuery(trpc.containers.list.queryOptions({}));
  const { params, setParam, replace } = useAddress();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [removing, setRemoving] = useState<readonly ContainerSummary[]>([]);
  const verbs = useContainerVerbs();

  const state = FILTERS.find((filter) => filter === params.get('state')) ?? 'all';
  const query = params.get('q') ?? '';
  const [word, direction] = (params.get('sort') ?? 'name').split('.');
  const key = COLUMNS.find((column) => column === word) ?? 'name';
  const descending = direction === 'desc';
  const rows = orderContainers(filterContainers(data, { query, state }), { key, descending });
  const chosen = rows.filter((row) => selected.has(row.id));

  function toggle(id: string) {
    setSelected((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }
  function runAll(verb: Verb, containers: readonly ContainerSummary[]) {
    for (const { id } of containers) verbs.mutate({ verb, id });
  }
  function order(verb: Verb, container: ContainerSummary) {
    if (verb === 'remove') setRemoving([container]);
    else verbs.mutate({ verb, id: container.id });
  }

  return (
    <Page
      title={t('title')}
      actions={
        can('container:create') && (
          <LinkButton href="/containers/new" variant="primary" icon={Plus}>
            {t('run')}
          </LinkButton>
        )
      }
    >
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="w-[340px] max-md:w-full">
          <TextField
            label={t('filter')}
            hideLabel
            type="search"
            placeholder={t('filter')}
            defaultValue={query}
            onChange={(event) => setParam('q', event.target.value)}
            trailing={<Icon icon={Search} className="text-faint" />}
          />
        </div>
        <div className="flex gap-0.5 max-md:w-full max-md:overflow-x-auto">
          {FILTERS.map((filter) => (
            <button
              key={filter}
              type="button"
              aria-pressed={filter === state}
              onClick={() => setParam('state', filter === 'all' ? '' : filter)}
              className={cx(
                'h-8 flex-none rounded-control px-2.5 font-medium text-table hover:bg-hover max-md:h-9',
                filter === state ? 'bg-selected text-fg' : 'text-muted',
              )}
            >
              {t(filter)}{' '}
              <span className="font-normal tabular-nums">
                {data.filter((container) => matchesFilter(container.state, filter)).length}
              </span>
            </button>
          ))}
        </div>
      </div>
      {verbs.isError && (
        <div className="mb-3">
          <ErrorNote
            error={verbs.error}
            title={t('verbFailed', {
              name: data.find((container) => container.id === verbs.variables?.id)?.name ?? verbs.variables?.id ?? '',
            })}
          />
        </div>
      )}
      {isPending && <SkeletonRows rows={8} className="rounded-card border border-line bg-surface" />}
      {isError && data.length === 0 && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {!isPending && !isError && data.length === 0 && (
        <div className="rounded-card border border-line bg-surface">
          <Empty
            icon={Container}
            title={t('emptyTitle')}
            text={t('emptyText')}
            command="docker run -d -p 8080:80 nginx"
          >
            {can('container:create') && (
              <LinkButton href="/containers/new" variant="primary">
                {t('run')}
              </LinkButton>
            )}
          </Empty>
        </div>
      )}
      {data.length > 0 && rows.length === 0 && (
        <Empty icon={Search} title={ui('noMatch')}>
          <Button onClick={clearFilters}>{ui('clearFilters')}</Button>
        </Empty>
      )}
      {rows.length > 0 && (
        <div className="overflow-x-auto rounded-card border border-line bg-surface max-md:border-0 max-md:bg-transparent">
          <table className="w-full text-table max-md:block" aria-rowcount={rows.length}>
            <thead className="max-md:hidden">
              <tr className="h-8 border-line border-b text-left text-caption text-muted">
                <th className="w-10 pl-4">
                  <input
                    type="checkbox"
                    aria-label={ui('selectAll')}
                    className="size-4 accent-accent align-middle"
                    checked={chosen.length === rows.length}
                    onChange={() =>
                      setSelected(new Set(chosen.length === rows.length ? [] : rows.map((row) => row.id)))
                    }
                  />
                </th>
                {COLUMNS.map((column) => (
                  <th
                    key={column}
                    aria-sort={column === key ? (descending ? 'descending' : 'ascending') : undefined}
                    className={cx('px-2 font-medium', column === 'created' && 'max-lg:hidden')}
                  >
                    <button
                      type="button"
                      className={cx('inline-flex h-6 items-center gap-1', column === key && 'font-semibold text-fg')}
                      onClick={() => setParam('sort', column === key && !descending ? `${column}.desc` : column)}
                    >
                      {t(`column_${column}`)}
                      {column === key && <Icon icon={descending ? ArrowDown : ArrowUp} size={12} />}
                    </button>
                  </th>
                ))}
                <th className="px-2 font-medium max-lg:hidden">{t('column_ports')}</th>
                <th className="px-2 font-medium">{t('column_up')}</th>
                <th className="px-2">
                  <span className="sr-only">{ui('more')}</span>
                </th>
              </tr>
            </thead>
            <tbody className="max-md:flex max-md:flex-col max-md:gap-2">
              {rows.map((container) => (
                <ContainerRow
                  key={container.id}
                  container={container}
                  pending={verbs.isPending && verbs.variables.id === container.id ? verbs.variables.verb : undefined}
                  selected={selected.has(container.id)}
                  onSelect={() => toggle(container.id)}
                  onVerb={(verb) => order(verb, container)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {chosen.length > 0 && (
        <div
          data-bulk-bar
          className="sticky bottom-4 z-(--z-bulkbar) mx-auto mt-3 flex w-max max-w-full items-center gap-1 overflow-x-auto rounded-[10px] border border-line bg-raised py-1.5 pr-1.5 pl-3.5 text-table shadow-float max-md:bottom-16"
        >
          <span className="mr-2 whitespace-nowrap font-semibold">{t('selected', { count: chosen.length })}</span>
          {BULK.map((verb) => {
            const fit = chosen.filter((row) => row.allowedActions.some((action) => action === verb));
            return (
              <Button
                key={verb}
                variant="ghost"
                disabled={fit.length === 0 || !can(`container:${verb}`)}
                onClick={() => runAll(verb, fit)}
              >
                {t(`bulk_${verb}`, { count: fit.length })}
              </Button>
            );
          })}
          <Button
            variant="ghost"
            className="text-danger"
            disabled={!can('container:remove')}
            onClick={() => setRemoving(chosen)}
          >
            {t('removeDots')}
          </Button>
          <Button variant="ghost" onClick={() => setSelected(new Set())}>
            {t('clearSelection')}
          </Button>
        </div>
      )}
      <RemoveDialog
        containers={removing}
        onClose={() => setRemoving([])}
        onConfirm={() => {
          runAll('remove', removing);
          setRemoving([]);
          setSelected(new Set());
        }}
      />
    </Page>
  );

  function clearFilters() {
    replace(new URLSearchParams());
  }
}

/** Search parameters that change without a new entry in the history. */
function useAddress() {
  const params = useSearchParams();
  const router = useRouter();
  const pathname = usePathname();
  function replace(next: URLSearchParams) {
    router.replace(next.size === 0 ? pathname : `${pathname}?${next.toString()}`, { scroll: false });
  }
  function setParam(name: string, value: string) {
    const next = new URLSearchParams(window.location.search);
    if (value === '') next.delete(name);
    else next.set(name, value);
    replace(next);
  }
  return { params, setParam, replace };
}
