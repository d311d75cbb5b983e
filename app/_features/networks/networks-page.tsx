'use client';
import { useQuery } from '@tanstack/react-query';
import { Brush, Network, Plus } from 'lucide';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { type NetworkSummary, useTRPC } from '../../_lib/trpc.ts';
import { useNewAddress } from '../../_lib/use-new-address.ts';
import { Button } from '../../_ui/button.tsx';
import { BulkBar, DataTable, ListFrame, LiveChanges, useList, useSelection } from '../../_ui/data-table/index.ts';
import { Page } from '../../_ui/page.tsx';
import { useCan, useDocker } from '../shell/use-me.ts';
import { useNetworkColumns } from './network-columns.tsx';
import { filterNetworks, matchesNetwork, NETWORK_FILTERS } from './network-list.ts';
import { RemoveNetworkButton, RemoveNetworksDialog } from './remove-network.tsx';

const CreateNetworkDialog = lazyPart(() =>
  import('./create-network-dialog.tsx').then((module) => module.CreateNetworkDialog),
);
const PruneNetworksDialog = lazyPart(() =>
  import('./prune-networks-dialog.tsx').then((module) => module.PruneNetworksDialog),
);

const NOTHING: NetworkSummary[] = [];
const BY_NAME = { id: 'name', desc: false };

/** One row a network, the engine's own among them; filter, query and order are in the address. */
export function NetworksPage() {
  const t = useTranslations('networks');
  const can = useCan();
  const docker = useDocker();
  const columns = useNetworkColumns();
  const query = useQuery(useTRPC().networks.list.queryOptions({}));
  const { data = NOTHING } = query;
  const creating = useNewAddress('/networks');
  const [pruning, setPruning] = useState(false);
  const [selected, setSelected] = useSelection(query.data, { idOf, wordOf: nameOf });
  const [removing, setRemoving] = useState<readonly NetworkSummary[]>();
  const chosen = data.filter(({ id, builtin }) => selected.has(id) && !builtin);
  const list = useList({
    id: 'networks',
    columns,
    start: BY_NAME,
    all: data,
    filters: NETWORK_FILTERS,
    matches: matchesNetwork,
    select: filterNetworks,
    chip: (name) => ({ label: t(`filters.${name}`), hint: t(`filterHints.${name}`) }),
  });
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
            <Button variant="primary" icon={Plus} onClick={creating.open}>
              {t('create')}
            </Button>
          )}
        </>
      }
    >
      <ListFrame
        {...list.frame}
        query={query}
        filterLabel={t('filter')}
        empty={{ icon: Network, title: t('empty'), text: t('emptyText'), command: `${docker} network create front` }}
      >
        <DataTable
          {...list.table}
          label={t('title')}
          idOf={idOf}
          nameOf={nameOf}
          versionOf={(network) => network.endpoints.map(({ containerId }) => containerId).join()}
          actions={(network) => can('network:remove') && !network.builtin && <RemoveNetworkButton network={network} />}
          selection={
            can('network:remove')
              ? { selected, onChange: setSelected, canSelect: ({ builtin }) => !builtin }
              : undefined
          }
        />
      </ListFrame>
      <LiveChanges
        rows={list.table.rows}
        selected={selected}
        idOf={idOf}
        sayOf={({ name, endpoints: { length: count } }) =>
          `${name}: ${count === 0 ? t('unused') : t('containerCount', { count })}`
        }
      />
      <BulkBar count={chosen.length} onClear={() => setSelected(new Set())}>
        <Button variant="ghost" className="text-danger!" onClick={() => setRemoving(chosen)}>
          {t('removeDots')}
        </Button>
      </BulkBar>
      {removing !== undefined && (
        <RemoveNetworksDialog
          networks={removing}
          onClose={() => setRemoving(undefined)}
          onLeft={(ids) => setSelected(new Set(ids))}
        />
      )}
      {creating.isOpen && can('network:create') && <CreateNetworkDialog onClose={creating.close} />}
      {pruning && <PruneNetworksDialog networks={data} onClose={() => setPruning(false)} />}
    </Page>
  );
}

function idOf({ id }: NetworkSummary): string {
  return id;
}

function nameOf({ name }: NetworkSummary): string {
  return name;
}
