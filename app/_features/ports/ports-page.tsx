'use client';
import { useQuery } from '@tanstack/react-query';
import { EthernetPort } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { useTRPC } from '../../_lib/trpc.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import { ColumnMenu, DataTable, FilterChips, FilterField, useTableAddress } from '../../_ui/data-table/index.ts';
import { Page } from '../../_ui/page.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { useCan } from '../shell/use-me.ts';
import { FreePort } from './free-port.tsx';
import { usePortColumns } from './port-columns.tsx';
import { filterPorts, isPortPiece, matchesPort, PORT_FILTERS, type PortRow, stateOf, toRows } from './port-list.ts';

/** Programs of the host, and those in containers that begin to listen, are no events: they are looked at now and then. */
const LOOK_MS = 5_000;
const CONFLICTS_FIRST = { id: 'state', desc: false };
const NOTHING: PortRow[] = [];

/** Every port of the host that is taken or asked for, by whom, and whether something answers there. */
export function PortsPage() {
  const t = useTranslations('ports');
  const ui = useTranslations('ui');
  const can = useCan();
  const columns = usePortColumns();
  const address = useTableAddress('ports', columns, CONFLICTS_FIRST);
  const { data, error, isPending, refetch } = useQuery(
    useTRPC().networks.ports.queryOptions({}, { refetchInterval: LOOK_MS }),
  );
  const all = useMemo(() => (data === undefined ? NOTHING : toRows(data)), [data]);
  const filters = PORT_FILTERS.filter((name) => name !== 'host' || data?.others !== undefined);
  const filter = filters.find((name) => name === address.get('state')) ?? 'all';
  const rows = filterPorts(all, { query: address.query, filter });
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
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="w-[340px] max-md:w-full">
          <FilterField
            label={t('filter')}
            value={address.query}
            isPiece={isPortPiece}
            onChange={(q) => address.set({ q })}
          />
        </div>
        <FilterChips
          chips={filters.map((name) => ({
            name,
            label: t(`filters.${name}`),
            hint: t(`filterHints.${name}`),
            count: all.filter((row) => matchesPort(row, name)).length,
          }))}
          chosen={filter}
          onChoose={(name) => address.set({ state: name === 'all' ? '' : name })}
        />
        <div className="ml-auto max-md:hidden">
          <ColumnMenu columns={columns} shown={address.shown} onChange={address.setShown} />
        </div>
      </div>
      {isPending && <SkeletonRows rows={6} className="rounded-card border border-line bg-surface" />}
      {error !== null && data === undefined && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data !== undefined && all.length === 0 && (
        <div className="rounded-card border border-line bg-surface">
          <Empty icon={EthernetPort} title={t('empty')} text={t('emptyText')} command="docker run -d -p 8080:80 nginx">
            {can('container:create') && <LinkButton href="/containers/new">{t('run')}</LinkButton>}
          </Empty>
        </div>
      )}
      {all.length > 0 && rows.length === 0 && (
        <div className="rounded-card border border-line bg-surface">
          <Empty icon={EthernetPort} title={ui('noMatch')}>
            <Button onClick={() => address.set({ q: '', state: '' })}>{ui('clearFilters')}</Button>
          </Empty>
        </div>
      )}
      {rows.length > 0 && (
        <DataTable
          label={t('title')}
          rows={rows}
          columns={columns}
          address={address}
          orderKey={filter}
          idOf={(row) => row.id}
          nameOf={(row) => `${row.hostAddress}:${row.hostPort}`}
          versionOf={stateOf}
          actions={() => null}
        />
      )}
    </Page>
  );
}
