'use client';
import { useLocale, useTranslations } from 'next-intl';
import { memo, useMemo } from 'react';
import { formatDuration, formatTime, shortId } from '../../_lib/format.ts';
import type { ContainerState } from '../../_lib/trpc.ts';
import { useNow } from '../../_lib/use-now.ts';
import type { DataColumn } from '../../_ui/data-table/index.ts';
import { ExactTime } from '../../_ui/exact-time.tsx';
import { Link } from '../../_ui/link.tsx';
import { containerHref } from './container-actions.tsx';
import { ContainerChip } from './container-chip.tsx';
import { stackOf } from './container-query.ts';
import { isProblem, stateSince } from './container-state.ts';
import { RowGrace } from './grace-period.tsx';
import type { ListedContainer } from './listed-containers.ts';
import { FirstPort } from './port-links.tsx';
import { CpuCell, MemoryCell } from './usage-cells.tsx';

/**
 * Columns of the list; what stands here without `optional` is shown from the start.
 * @param kill at once; the same function as long as the list is there
 */
export function useContainerColumns(kill: (row: ListedContainer) => void): readonly DataColumn<ListedContainer>[] {
  const t = useTranslations('containers');
  const locale = useLocale();
  return useMemo(() => {
    const whyNot = ({ state }: ListedContainer) =>
      t(state.status === 'running' || state.status === 'paused' ? 'usageNotYet' : 'usageStopped');
    const stateOrder = (row: ListedContainer) => `${isProblem(row) ? 0 : 1} ${row.state.status}`;
    return [
      {
        id: 'state',
        header: t('column_state'),
        kept: true,
        sortValue: stateOrder,
        cell: (row) =>
          row.killAt === undefined ? (
            <ContainerChip state={row.state} pending={row.pending} />
          ) : (
            <span className="flex items-center gap-1">
              <ContainerChip state={row.state} pending={row.pending} />
              {row.pending !== 'kill' && <RowGrace container={row} onKill={() => kill(row)} />}
            </span>
          ),
        className: 'w-40 md:max-w-44 max-md:w-auto',
        phone: 'left',
      },
      {
        id: 'name',
        header: t('column_name'),
        locked: true,
        sortValue: (row) => row.name,
        cell: (row) => <NameLink name={row.name} />,
        // As wide as there is room for, so that the table never is wider than the page.
        className: 'md:min-w-36 md:max-w-0',
        phone: 'title',
      },
      {
        id: 'image',
        header: t('column_image'),
        sortValue: (row) => row.image,
        cell: (row) => (
          <span className="block truncate font-mono text-mono text-muted" title={row.image}>
            {row.image}
          </span>
        ),
        className: 'max-lg:hidden max-md:block md:min-w-24 md:max-w-0 wide:min-w-36',
        phone: 'right',
      },
      {
        id: 'cpu',
        header: t('column_cpu'),
        sortValue: (row) => row.usage?.cpuNow,
        cell: (row) => <CpuCell usage={row.usage} why={whyNot(row)} />,
        headClassName: 'min-w-12 justify-end',
        className: 'w-32 max-md:w-auto',
        phone: 'left',
      },
      {
        id: 'memory',
        header: t('column_memory'),
        sortValue: (row) => row.usage?.memoryBytes,
        cell: (row) => <MemoryCell usage={row.usage} why={whyNot(row)} limitBytes={row.memoryLimitBytes} />,
        className: 'w-[172px] max-md:w-auto',
        phone: 'right',
      },
      {
        id: 'ports',
        header: t('column_ports'),
        sortValue: (row) => row.ports[0]?.hostPort,
        cell: (row) => <FirstPort ports={row.ports} />,
        className: 'w-24 max-lg:hidden max-md:block max-md:w-auto empty:max-md:hidden',
        phone: 'line',
      },
      {
        id: 'up',
        header: t('column_up'),
        sortValue: (row) => stateSince(row.state)?.getTime(),
        cell: (row) => <Since state={row.state} />,
        className: 'w-28 max-md:w-auto',
        phone: 'left',
      },
      {
        id: 'stack',
        header: t('column_stack'),
        optional: true,
        sortValue: (row) => stackOf(row.labels),
        cell: (row) => stackOf(row.labels) ?? <span className="text-faint">–</span>,
      },
      {
        id: 'restarts',
        header: t('column_restarts'),
        optional: true,
        sortValue: (row) => row.restartCount,
        cell: (row) => row.restartCount,
      },
      {
        id: 'networks',
        header: t('column_networks'),
        optional: true,
        sortValue: (row) => row.networks[0]?.name,
        cell: (row) => row.networks.map(({ name, address }) => `${name} ${address}`.trim()).join(', '),
      },
      {
        id: 'mounts',
        header: t('column_mounts'),
        optional: true,
        sortValue: (row) => row.mounts.length,
        cell: (row) => (
          <span className="block max-w-64 truncate font-mono text-mono">
            {row.mounts.map(({ target }) => target).join(', ')}
          </span>
        ),
      },
      {
        id: 'created',
        header: t('column_created'),
        optional: true,
        sortValue: (row) => row.createdAt.getTime(),
        cell: (row) => <span className="whitespace-nowrap text-muted">{formatTime(row.createdAt, locale)}</span>,
      },
      {
        id: 'command',
        header: t('command'),
        optional: true,
        sortValue: (row) => row.command,
        cell: (row) => <span className="block max-w-64 truncate font-mono text-mono text-muted">{row.command}</span>,
      },
      {
        id: 'id',
        header: t('id'),
        optional: true,
        cell: (row) => <span className="font-mono text-mono text-muted">{shortId(row.id)}</span>,
      },
      {
        id: 'labels',
        header: t('column_labels'),
        optional: true,
        cell: (row) => (
          <span className="block max-w-64 truncate font-mono text-mono text-muted">
            {Object.entries(row.labels)
              .map(([key, value]) => `${key}=${value}`)
              .join(' ')}
          </span>
        ),
      },
    ];
  }, [t, locale, kill]);
}

const NameLink = memo(function NameLink({ name }: { name: string }) {
  return (
    <Link
      data-row-link
      href={containerHref(name)}
      title={name}
      className="block truncate font-medium hover:text-accent max-md:font-semibold max-md:text-body"
    >
      {name}
    </Link>
  );
});

/** How long it runs, or how long ago it ended: drawn anew as the time goes on, without the row that it is in. */
const Since = memo(function Since({ state }: { state: ContainerState }) {
  useNow();
  const ui = useTranslations('ui');
  const locale = useLocale();
  const since = stateSince(state);
  if (since === undefined)
    return (
      <span data-off-phone title={ui('neverRan')} className="text-faint">
        –
      </span>
    );
  const time = formatDuration(Date.now() - since.getTime(), locale);
  const up = state.status === 'running' || state.status === 'paused';
  return (
    <ExactTime
      at={since}
      // What runs has its figures on the card of a phone.
      data-off-phone={up || undefined}
      className="whitespace-nowrap text-muted"
    >
      {up ? time : ui('ago', { time })}
    </ExactTime>
  );
});
