'use client';
import { useQuery } from '@tanstack/react-query';
import { Brush, Network, Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type NetworkSummary, useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { ColumnMenu, DataTable, FilterChips, FilterField, useTableAddress } from '../../_ui/data-table/index.ts';
import { Page } from '../../_ui/page.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { useCan } from '../shell/use-me.ts';
import { CreateNetworkDialog } from './create-network-dialog.tsx';
import { useNetworkColumns } from './network-columns.tsx';
import { filterNetworks, matchesNetwork, NETWORK_FILTERS } from './network-list.ts';
import { PruneNetworksDialog } from './prune-networks-dialog.tsx';
import { RemoveNetworkButton } from './remove-network.tsx';

const NOTHING: NetworkSummary[] = [];
const BY_NAME = { id: 'name', desc: false };

/** One row a network, the engine's own among them; filter, query and order are in the address. */
export function NetworksPage() {
  const t = useTranslations('networks');
  const ui = useTranslations('ui');
  const can = useCan();
  const columns = useNetworkColumns();
  const address = useTableAddress('networks', columns, BY_NAME);
  const { data = NOTHING, error, isPending, refetch } = useQuery(useTRPC().networks.list.queryOptions({}));
  const [creating, setCreating] = useState(false);
  const [pruning, setPruning] = useState(false);
  const filter = NETWORK_FILTERS.find((name) => name === address.get('state')) ?? 'all';
  const rows = filterNetworks(data, { query: address.query, filter });
  const unused = data.filter((network) => matchesNetwork(network, 'unused')).length;
  return (
    <Page
      title={t('title')}
      facts={
        data.length > 0 && (
          <>
            <span>{t('total', { count: data.length })}</span>
            {unused > 0 && <span>{t('totalUnused', { count: unused })}</span>}
          </>
        )
      }
      actions={
        <>
          {can('cleanup:run') && unused > 0 && (
            <Button icon={Brush} onClick={() => setPruning(true)}>
              {t('pruneDots')}
            </Button>
          )}
          {can('network:create') && (
            <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
              {t('create')}
            </Button>
          )}
        </>
      }
    >
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="w-[340px] max-md:w-full">
          <FilterField
            label={t('filter')}
            value={address.query}
            isPiece={() => false}
            onChange={(q) => address.set({ q })}
          />
        </div>
        <FilterChips
          chips={NETWORK_FILTERS.map((name) => ({
            name,
            label: t(`filters.${name}`),
            hint: t(`filterHints.${name}`),
            count: data.filter((network) => matchesNetwork(network, name)).length,
          }))}
          chosen={filter}
          onChoose={(name) => address.set({ state: name === 'all' ? '' : name })}
        />
        <div className="ml-auto max-md:hidden">
          <ColumnMenu columns={columns} shown={address.shown} onChange={address.setShown} />
        </div>
      </div>
      {isPending && <SkeletonRows rows={8} className="rounded-card border border-line bg-surface" />}
      {error !== null && data.length === 0 && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data.length > 0 && rows.length === 0 && (
        <div className="rounded-card border border-line bg-surface">
          <Empty icon={Network} title={ui('noMatch')}>
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
          idOf={(network) => network.id}
          nameOf={({ name }) => name}
          versionOf={(network) => network.endpoints.map(({ containerId }) => containerId).join()}
          actions={(network) => can('network:remove') && !network.builtin && <RemoveNetworkButton network={network} />}
        />
      )}
      {creating && <CreateNetworkDialog networks={data} onClose={() => setCreating(false)} />}
      {pruning && <PruneNetworksDialog networks={data} onClose={() => setPruning(false)} />}
    </Page>
  );
}
