'use client';
import { useQuery } from '@tanstack/react-query';
import { Unplug } from 'lucide';
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
  const ui = useTranslations('ui');
  const tc = useTranslations('containers');
  const can = useCan();
  const [leaving, setLeaving] = useState<Endpoint>();
  const { data: containers = [] } = useQuery(useTRPC().containers.list.queryOptions({}));
  const endpoints = network.endpoints.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const mayDisconnect = can('network:connect') && network.driver === 'bridge';
  const heads = [tc('column_state'), t('container'), t('address'), t('mac'), t('alsoCalled')];
  return (
    <Card title={t('connected')} flush>
      {endpoints.length === 0 && <p className="px-4 py-3.5 text-muted text-table max-md:px-3">{t('nobody')}</p>}
      {endpoints.length > 0 && (
        <table aria-label={t('connected')} className="w-full text-left text-table max-md:block">
          <thead className="max-md:sr-only">
            <tr className="h-8 border-hairline border-b text-caption text-muted">
              {heads.map((head) => (
                <th key={head} scope="col" className="px-2 font-medium first:pl-4">
                  {head}
                </th>
              ))}
              {mayDisconnect && (
                <th className="w-px">
                  <span className="sr-only">{ui('more')}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody className="max-md:block">
            {endpoints.map((endpoint) => (
              <EndpointRow
                key={endpoint.containerId}
                endpoint={endpoint}
                state={containers.find(({ id }) => id === endpoint.containerId)?.state}
                onLeave={mayDisconnect ? () => setLeaving(endpoint) : undefined}
              />
            ))}
          </tbody>
        </table>
      )}
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

/** A line of the table, a card on phones. Its state is known a moment later: the list of containers comes by itself. */
function EndpointRow({
  endpoint: { name, address, ipv6, mac, aliases },
  state,
  onLeave,
}: {
  endpoint: Endpoint;
  state: ContainerState | undefined;
  onLeave: (() => void) | undefined;
}) {
  const t = useTranslations('networks');
  return (
    <tr className="relative h-10 border-hairline border-t first:border-t-0 max-md:grid max-md:h-auto max-md:gap-y-0.5 max-md:px-3 max-md:py-2 max-md:pr-14 max-md:[&>td]:p-0 [&>td]:px-2 [&>td]:py-2 md:[&>td:first-child]:pl-4">
      <td className="whitespace-nowrap">{state !== undefined && <ContainerChip state={state} />}</td>
      <td className="max-md:order-first">
        <Link
          href={`/containers/${encodeURIComponent(name)}`}
          className="font-medium text-accent [overflow-wrap:anywhere] hover:underline"
        >
          {name}
        </Link>
      </td>
      <td className="font-mono text-mono [overflow-wrap:anywhere]">
        {address}
        {ipv6 !== undefined && <span className="block">{ipv6}</span>}
      </td>
      <td className="font-mono text-mono text-muted md:whitespace-nowrap">{mac}</td>
      <td className="text-muted [overflow-wrap:anywhere] max-md:empty:hidden">
        {aliases.length > 0 && (
          <>
            <span className="md:hidden">{t('alsoCalled')} </span>
            <span className="font-mono text-mono">{aliases.join(', ')}</span>
          </>
        )}
      </td>
      {onLeave !== undefined && (
        <td className="max-md:absolute max-md:top-1 max-md:right-1">
          <IconButton icon={Unplug} label={t('disconnectOf', { name })} aria-haspopup="dialog" onClick={onLeave} />
        </td>
      )}
    </tr>
  );
}
