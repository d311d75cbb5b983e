'use client';
import { Lock } from 'lucide';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { shortId } from '../../_lib/format.ts';
import type { NetworkSummary } from '../../_lib/trpc.ts';
import type { DataColumn } from '../../_ui/data-table/index.ts';
import { Icon } from '../../_ui/icon.tsx';
import { Link } from '../../_ui/link.tsx';
import { Moment } from '../../_ui/moment.tsx';
import { AddressUse } from './address-use.tsx';
import { networkHref } from './network-href.ts';
import { addressUse } from './network-list.ts';

export function useNetworkColumns(): readonly DataColumn<NetworkSummary>[] {
  const t = useTranslations('networks');
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('name'),
        locked: true,
        sortValue: (network) => network.name,
        cell: (network) => <Name network={network} />,
        className: 'py-1 pl-4 max-md:py-0',
        phone: 'title',
      },
      {
        id: 'driver',
        header: t('driver'),
        sortValue: (network) => network.driver,
        cell: (network) => <span className="font-mono text-mono">{network.driver}</span>,
        className: 'text-muted max-lg:hidden',
      },
      {
        id: 'subnet',
        header: t('subnet'),
        sortValue: (network) => network.subnets[0]?.subnet,
        cell: (network) => <Subnets network={network} />,
        phone: 'line',
      },
      {
        id: 'gateway',
        header: t('gateway'),
        sortValue: (network) => network.subnets[0]?.gateway,
        cell: ({ subnets }) => <Addresses list={subnets.flatMap(({ gateway }) => gateway ?? [])} />,
        className: 'text-muted max-lg:hidden',
      },
      {
        id: 'addresses',
        header: t('addresses'),
        sortValue: (network) => addressUse(network)?.used,
        cell: (network) => {
          const use = addressUse(network);
          return use === undefined ? (
            <span data-off-phone title={t('noSubnet')}>
              {'–'}
            </span>
          ) : (
            <AddressUse {...use} />
          );
        },
        className: 'whitespace-nowrap text-muted max-xl:hidden',
        phone: 'left',
      },
      {
        id: 'containers',
        header: t('containers'),
        sortValue: (network) => network.endpoints.length,
        cell: ({ name, builtin, endpoints }) => (
          <span
            data-off-phone={(builtin && endpoints.length === 0) || undefined}
            title={endpoints.map((endpoint) => endpoint.name).join(', ') || undefined}
          >
            {endpoints.length > 0 ? (
              <Link href={networkHref(name)} className="text-accent">
                {t('containerCount', { count: endpoints.length })}
              </Link>
            ) : builtin ? (
              '–'
            ) : (
              t('unused')
            )}
          </span>
        ),
        className: 'whitespace-nowrap text-muted',
        phone: 'right',
      },
      {
        id: 'internal',
        header: t('reach'),
        sortValue: (network) => String(network.internal),
        cell: (network) => (network.driver === 'none' ? '–' : t(network.internal ? 'internal' : 'outside')),
        className: 'whitespace-nowrap text-muted',
      },
      {
        id: 'scope',
        header: t('scope'),
        optional: true,
        cell: () => t('local'),
        className: 'text-muted',
      },
      {
        id: 'created',
        header: t('created'),
        optional: true,
        sortValue: (network) => network.createdAt.getTime(),
        cell: ({ createdAt }) => <Moment at={createdAt} />,
        className: 'whitespace-nowrap text-muted',
      },
      {
        id: 'id',
        header: t('id'),
        optional: true,
        cell: (network) => <span className="font-mono text-mono text-muted">{shortId(network.id)}</span>,
      },
    ],
    [t],
  );
}

function Name({ network: { name, builtin, internal } }: { network: NetworkSummary }) {
  const t = useTranslations('networks');
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      <Link
        data-row-link
        translate="no"
        href={networkHref(name)}
        className="font-medium [overflow-wrap:anywhere] hover:text-accent max-md:font-semibold"
      >
        {name}
      </Link>
      {builtin && (
        <span
          title={t('builtinHint')}
          className="inline-flex items-center gap-1 rounded-chip bg-neutral-soft px-1.5 py-0.5 text-caption text-muted"
        >
          <Icon icon={Lock} size={12} />
          {t('builtin')}
        </span>
      )}
      {internal && (
        <span className="rounded-chip bg-neutral-soft px-1.5 py-0.5 text-caption text-muted md:hidden">
          {t('internal')}
        </span>
      )}
    </span>
  );
}

/** A network without a subnet of its own says what its containers have instead. */
function Subnets({ network: { driver, subnets } }: { network: NetworkSummary }) {
  const t = useTranslations('networks');
  if (subnets.length > 0) return <Addresses list={subnets.map(({ subnet }) => subnet)} />;
  return <span className="text-muted">{driver === 'host' ? t('hostAddresses') : t('noAddresses')}</span>;
}

function Addresses({ list }: { list: readonly string[] }) {
  if (list.length === 0) return '–';
  return (
    <span className="flex flex-wrap gap-x-2 font-mono text-mono">
      {list.map((address) => (
        <span key={address}>{address}</span>
      ))}
    </span>
  );
}
