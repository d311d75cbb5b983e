'use client';
import { useQuery } from '@tanstack/react-query';
import { Unplug } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { type ContainerState, type NetworkSummary, useTRPC } from '../../_lib/trpc.ts';
import { Card } from '../../_ui/card.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Link } from '../../_ui/link.tsx';
import { ContainerChip } from '../containers/container-chip.tsx';
import { useCan } from '../shell/use-me.ts';

const DisconnectDialog = lazyPart(() => import('./disconnect-dialog.tsx').then((module) => module.DisconnectDialog));

type Endpoint = NetworkSummary['endpoints'][number];

/** The running containers on a network with their addresses and names, each of which can be taken off. */
export function EndpointsCard({ network }: { network: NetworkSummary }) {
  const t = useTranslations('networks');
  const can = useCan();
  const [leaving, setLeaving] = useState<Endpoint>();
  const { data: containers = [] } = useQuery(useTRPC().containers.list.queryOptions({}));
  const endpoints = network.endpoints.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const stateOf = ({ containerId }: Endpoint) => containers.find(({ id }) => id === containerId)?.state;
  const mayDisconnect = can('network:connect') && network.driver === 'bridge';
  return (
    <Card title={t('connected')} flush>
      {endpoints.length === 0 && <p className="px-4 py-3.5 text-muted text-table max-md:px-3">{t('nobody')}</p>}
      <ul aria-label={t('connected')}>
        {endpoints.map((endpoint) => (
          <li
            key={endpoint.containerId}
            className="flex items-center gap-4 border-hairline border-t px-4 py-2 text-table first:border-t-0 max-md:items-start max-md:gap-2 max-md:px-3"
          >
            <div className="grid min-w-0 flex-1 grid-cols-[9rem_repeat(4,minmax(0,1fr))] gap-x-4 gap-y-0.5 max-md:grid-cols-1">
              <span>
                <StateOf state={stateOf(endpoint)} />
              </span>
              <Link
                href={`/containers/${encodeURIComponent(endpoint.name)}`}
                className="font-medium text-accent [overflow-wrap:anywhere] hover:underline max-md:order-first"
              >
                {endpoint.name}
              </Link>
              <span className="flex flex-col font-mono text-mono [overflow-wrap:anywhere]">
                <span title={t('address')}>{endpoint.address}</span>
                {endpoint.ipv6 !== undefined && <span title={t('address')}>{endpoint.ipv6}</span>}
              </span>
              <span title={t('mac')} className="font-mono text-mono text-muted">
                {endpoint.mac}
              </span>
              <span className="text-muted [overflow-wrap:anywhere]">
                {endpoint.aliases.length > 0 && t('alsoCalled', { names: endpoint.aliases.join(', ') })}
              </span>
            </div>
            {mayDisconnect && (
              <IconButton
                icon={Unplug}
                label={t('disconnectOf', { name: endpoint.name })}
                aria-haspopup="dialog"
                onClick={() => setLeaving(endpoint)}
              />
            )}
          </li>
        ))}
      </ul>
      {leaving !== undefined && (
        <DisconnectDialog
          network={network}
          container={{ id: leaving.containerId, name: leaving.name, address: leaving.address }}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </Card>
  );
}

/** Known a moment later than the address: the list of containers comes by itself. */
function StateOf({ state }: { state: ContainerState | undefined }) {
  return state !== undefined && <ContainerChip state={state} />;
}
