'use client';
import { useQuery } from '@tanstack/react-query';
import { EthernetPort } from 'lucide';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { useTRPC } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { DataTable, ListFrame, useList } from '../../_ui/data-table/index.ts';
import { Page } from '../../_ui/page.tsx';
import { useCan, useDocker } from '../shell/use-me.ts';
import { FreePort } from './free-port.tsx';
import { usePortColumns } from './port-columns.tsx';
import { filterPorts, filtersOf, isPortPiece, matchesPort, type PortRow, stateOf, toRows } from './port-list.ts';

/** Programs of the host, and those in containers that begin to listen, are no events: they are looked at now and then. */
const LOOK_MS = 5_000;
const CONFLICTS_FIRST = { id: 'state', desc: false };
const NOTHING: PortRow[] = [];

/** Every port of the host that is taken or asked for, by whom, and whether something answers there. */
export function PortsPage() {
  const t = useTranslations('ports');
  const can = useCan();
  const docker = useDocker();
  const columns = usePortColumns();
  const query = useQuery(useTRPC().networks.ports.queryOptions({}, { refetchInterval: LOOK_MS }));
  const { data } = query;
  const all = useMemo(() => (data === undefined ? NOTHING : toRows(data)), [data]);
  const list = useList({
    id: 'ports',
    columns,
    start: CONFLICTS_FIRST,
    all,
    filters: filtersOf(data),
    matches: matchesPort,
    select: filterPorts,
    chip: (name) => ({ label: t(`filters.${name}`), hint: t(`filterHints.${name}`) }),
  });
  const published = all.filter((row) => matchesPort(row, 'published')).length;
  const conflicts = all.filter((row) => matchesPort(row, 'conflicts')).length;
  return (
    <Page
      title={t('title')}
      facts={
        data !== undefined && (
          <>
            <span>{t('total', { count: published })}</span>
            {conflicts > 0 && <span>{t('totalConflicts', { count: conflicts })}</span>}
          </>
        )
      }
    >
      <div className="mb-4">
        <FreePort />
      </div>
      <ListFrame
        {...list.frame}
        query={query}
        filterLabel={t('filter')}
        isPiece={isPortPiece}
        empty={{
          icon: EthernetPort,
          title: t('empty'),
          text: t('emptyText'),
          command: `${docker} run -d -p 8080:80 nginx`,
          actions: can('container:create') && <LinkButton href="/containers/new">{t('run')}</LinkButton>,
        }}
      >
        <DataTable
          {...list.table}
          label={t('title')}
          idOf={(row) => row.id}
          nameOf={(row) => `${row.hostAddress}:${row.hostPort}`}
          versionOf={stateOf}
          actions={() => null}
        />
      </ListFrame>
    </Page>
  );
}
