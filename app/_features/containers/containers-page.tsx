'use client';
import { useQuery } from '@tanstack/react-query';
import { Container, PackageOpen, Plus, Trash2, TriangleAlert } from 'lucide';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useCallback, useState } from 'react';
import { type ContainerSummary, useTRPC } from '../../_lib/trpc.ts';
import { useStable } from '../../_lib/use-stable.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import {
  BulkBar,
  DataTable,
  ListFrame,
  LiveChanges,
  useSelection,
  useTableAddress,
} from '../../_ui/data-table/index.ts';
import { Page } from '../../_ui/page.tsx';
import { Segmented } from '../../_ui/segmented.tsx';
import { StateChip } from '../../_ui/state-chip.tsx';
import { useCan, useDocker } from '../shell/use-me.ts';
import { BulkMisfitNote } from './bulk-misfit-note.tsx';
import { containerHref, mainVerb, RowActions, VERB_ICONS } from './container-actions.tsx';
import { chipValues } from './container-chip.tsx';
import { useContainerColumns } from './container-columns.tsx';
import { ContainerDialogs, useOrders } from './container-dialogs.tsx';
import { matchesQuery, parseQuery, stackOf } from './container-query.ts';
import { chipKind, isProblem, matchesFilter, type StateFilter } from './container-state.ts';
import { createListing, type ListedContainer } from './listed-containers.ts';
import { UsageSum } from './usage-cells.tsx';
import { permissionOf, useContainerVerbs, type Verb } from './use-container-verbs.ts';
import { useUsage } from './use-usage.ts';
import { VerbFailures } from './verb-failures.tsx';

const FILTERS: readonly StateFilter[] = ['all', 'running', 'stopped', 'problems'];
const GROUPINGS = ['byStack', 'flat'] as const;
const BULK: readonly Exclude<Verb, 'remove'>[] = ['start', 'stop', 'restart', 'pause', 'unpause', 'kill'];
const NOTHING: ContainerSummary[] = [];
const START_ORDER = { id: 'name', desc: false };

const ENDING_MS = 2_000;

/** The list; filter, order and columns live in the address, so that it can be sent to a colleague. */
export function ContainersPage() {
  const t = useTranslations('containers');
  const ts = useTranslations('state');
  const can = useCan();
  const docker = useDocker();
  const router = useRouter();
  const trpc = useTRPC();
  const query = useQuery(
    trpc.containers.list.queryOptions(
      {},
      // That somebody gave up waiting for an end is no event.
      {
        refetchInterval: ({ state }) =>
          state.data?.some(({ ending }) => ending !== undefined) === true ? ENDING_MS : false,
      },
    ),
  );
  const { data = NOTHING } = query;
  const [selected, setSelected] = useSelection(query.data, { idOf, wordOf: nameOf });
  const [inSight, setInSight] = useState<readonly string[]>([]);
  const verbs = useContainerVerbs();
  const keepFailed = (failed: readonly { id: string }[]) => {
    if (failed.length > 0) setSelected(new Set(failed.map(({ id }) => id)));
  };
  const orders = useOrders(verbs, (_order, failed) => keepFailed(failed));
  const columns = useContainerColumns(useStable((row: ListedContainer) => orders.carryOut('kill', [row])));
  const address = useTableAddress('containers', columns, START_ORDER);

  const state = FILTERS.find((filter) => filter === address.get('state')) ?? 'all';
  const terms = parseQuery(address.query);
  const matching = data.filter((one) => matchesFilter(one, state) && matchesQuery(one, terms));
  const running = new Set<string>(matching.filter(hasProcess).map(({ id }) => id));
  const usage = useUsage(can('container:stats') ? inSight.filter((id) => running.has(id)) : [], 2);
  const [listed] = useState(createListing);
  const rows = matching.map((one) =>
    listed(one, running.has(one.id) ? usage.get(one.id) : undefined, verbs.pendingOf(one.id) ?? one.ending),
  );
  const chosen = rows
    .filter((row) => selected.has(row.id))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const bulk = BULK.filter((verb) => can(permissionOf(verb)));
  const hasStacks = data.some((one) => stackOf(one.labels) !== undefined);
  const grouped = hasStacks && address.get('group') !== 'none';

  const give = useStable(orders.give);
  const actions = useCallback(
    (row: ListedContainer) => (
      <RowActions container={row} pending={row.pending} onOrder={(order) => give(order, [row])} />
    ),
    [give],
  );

  function rowKey(key: string, row: ListedContainer) {
    if (key === 'l' && can('container:logs')) router.push(containerHref(row.name, '/logs'));
    else if (key === 't' && can('container:exec')) router.push(containerHref(row.name, '/terminal'));
    else if (key === 'e' && can('container:update')) router.push(containerHref(row.name, '/edit'));
    else if (key === 'r' || key === 's') {
      const verb = key === 'r' ? 'restart' : mainVerb(row);
      if (can(permissionOf(verb)) && row.allowedActions.includes(verb)) orders.give(verb, [row]);
    }
  }

  return (
    <Page
      title={t('title')}
      actions={
        can('container:create') && (
          <>
            {can('image:load') && (
              <LinkButton href="/images/import" icon={PackageOpen} className="max-md:hidden">
                {t('importImage')}
              </LinkButton>
            )}
            <LinkButton href="/containers/new" variant="primary" icon={Plus}>
              {t('run')}
            </LinkButton>
          </>
        )
      }
    >
      <VerbFailures verbs={verbs} onRetry={() => void verbs.retry().then(keepFailed)} />
      <ListFrame
        query={query}
        count={{ all: data.length, shown: rows.length }}
        address={address}
        columns={columns}
        filterLabel={t('filter')}
        isPiece={(word) => parseQuery(word).some(({ field }) => field !== 'text')}
        chips={FILTERS.map((filter) => ({
          name: filter,
          label: t(filter),
          icon: filter === 'problems' ? TriangleAlert : undefined,
          count: data.filter((container) => matchesFilter(container, filter)).length,
        }))}
        chosen={state}
        aside={
          hasStacks && (
            <Segmented
              label={t('grouping')}
              options={GROUPINGS.map((name) => ({ name, label: t(name) }))}
              chosen={grouped ? 'byStack' : 'flat'}
              onChoose={(name) => address.set({ group: name === 'flat' ? 'none' : '' })}
            />
          )
        }
        empty={{
          icon: Container,
          title: t('emptyTitle'),
          text: t('emptyText'),
          command: `${docker} run -d -p 8080:80 nginx`,
          actions: (
            <>
              {can('container:create') && (
                <LinkButton href="/containers/new" variant="primary" icon={Plus}>
                  {t('run')}
                </LinkButton>
              )}
              {can('image:load') && (
                <LinkButton href="/images/import" icon={PackageOpen}>
                  {t('importImage')}
                </LinkButton>
              )}
            </>
          ),
        }}
      >
        <DataTable
          label={t('title')}
          rows={rows}
          columns={columns}
          address={address}
          orderKey={state}
          idOf={idOf}
          nameOf={nameOf}
          versionOf={(row) => `${chipKind(row.state)} ${row.name}`}
          actions={actions}
          selection={{ selected, onChange: setSelected }}
          group={
            grouped
              ? {
                  of: (row) => stackOf(row.labels),
                  head: (group) => <GroupHead rows={group.rows} />,
                  sum: (column, group) =>
                    (column === 'cpu' || column === 'memory') && isStack(group.rows) && can('container:stats') ? (
                      <UsageSum field={column} usages={group.rows.filter(isRunning).map(({ usage }) => usage)} />
                    ) : undefined,
                  rest: t('noStack'),
                }
              : undefined
          }
          onRowKey={rowKey}
          onInSight={setInSight}
        />
      </ListFrame>
      <LiveChanges
        rows={rows}
        selected={selected}
        idOf={idOf}
        sayOf={({ name, state }) => `${name}: ${ts(chipKind(state), chipValues(state))}`}
      />
      <BulkBar
        count={chosen.length}
        note={<BulkMisfitNote chosen={chosen} verbs={bulk} />}
        onClear={() => setSelected(new Set())}
      >
        {bulk.map((verb) => {
          const fit = chosen.filter((row) => row.allowedActions.some((action) => action === verb));
          return (
            <Button
              key={verb}
              variant="ghost"
              icon={VERB_ICONS[verb]}
              writes
              disabled={fit.length === 0}
              onClick={() => orders.give(verb, fit)}
            >
              {t(`bulk_${verb}`, { count: fit.length })}
            </Button>
          );
        })}
        {can('container:remove') && (
          <Button
            variant="ghost"
            icon={Trash2}
            writes
            className="text-danger!"
            onClick={() => orders.give('remove', chosen)}
          >
            {t('removeDots')}
          </Button>
        )}
      </BulkBar>
      <ContainerDialogs orders={orders} />
    </Page>
  );
}

function idOf({ id }: ContainerSummary): string {
  return id;
}

function nameOf({ name }: ContainerSummary): string {
  return name;
}

/** A paused one keeps its memory. */
function hasProcess({ state }: Pick<ListedContainer, 'state'>): boolean {
  return state.status === 'running' || state.status === 'paused';
}

function isRunning({ state }: ListedContainer): boolean {
  return state.status === 'running';
}

/** Whether a group is one, and not the rest. */
function isStack([row]: readonly ListedContainer[]): boolean {
  return row !== undefined && stackOf(row.labels) !== undefined;
}

/** `4/5 running` of a stack; a filled chip means that somebody should look. What is in none is only counted. */
function GroupHead({ rows }: { rows: readonly ListedContainer[] }) {
  const t = useTranslations('containers');
  if (!isStack(rows)) return <span className="text-muted text-table">{t('groupCount', { count: rows.length })}</span>;
  const running = rows.filter(isRunning).length;
  const troubled = rows.some(isProblem);
  return (
    <StateChip icon={Container} tone={troubled ? 'warning' : 'neutral'} quiet={!troubled}>
      {t('stackRunning', { running, count: rows.length })}
    </StateChip>
  );
}
