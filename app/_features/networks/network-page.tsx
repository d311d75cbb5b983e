'use client';
import { useQuery } from '@tanstack/react-query';
import { Cable, Lock, Network, Trash2 } from 'lucide';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { toFailure } from '../../_lib/errors.ts';
import { formatTime, shortId } from '../../_lib/format.ts';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { type NetworkSummary, useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { Card, Facts } from '../../_ui/card.tsx';
import { CopyButton } from '../../_ui/copy-field.tsx';
import { Page } from '../../_ui/page.tsx';
import { StateChip } from '../../_ui/state-chip.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { ActivityLinks } from '../activity/activity-links.tsx';
import { Missing } from '../shell/missing.tsx';
import { useCan } from '../shell/use-me.ts';
import { AddressUse } from './address-use.tsx';
import { EndpointsCard } from './endpoints-card.tsx';
import { networkHref } from './network-href.ts';
import { addressUse, stoppedOn } from './network-list.ts';

const ConnectDialog = lazyPart(() => import('./connect-dialog.tsx').then((module) => module.ConnectDialog));
const RemoveNetworksDialog = lazyPart(() =>
  import('./remove-network.tsx').then((module) => module.RemoveNetworksDialog),
);

export function NetworkPage({ name }: { name: string }) {
  const t = useTranslations('networks');
  const router = useRouter();
  const can = useCan();
  const { data, error, isPending, refetch } = useQuery(useTRPC().networks.get.queryOptions({ networkId: name }));
  const [open, setOpen] = useState<'connect' | 'remove'>();
  const gone = error !== null && toFailure(error).code === 'not_found';
  const close = () => setOpen(undefined);
  if (gone) {
    return (
      <Page title={name} section={t('title')}>
        <MissingNetwork name={name} wasThere={data !== undefined} />
      </Page>
    );
  }
  return (
    <Page
      title={data?.name ?? name}
      section={t('title')}
      chip={
        data?.internal === true && (
          <StateChip icon={Lock} tone="neutral" quiet={false}>
            {t('internal')}
          </StateChip>
        )
      }
      facts={
        data !== undefined && (
          <>
            <span className="font-mono text-mono">{data.driver}</span>
            {data.subnets.map(({ subnet }) => (
              <span key={subnet} className="font-mono text-mono">
                {subnet}
              </span>
            ))}
            {data.builtin && <span>{t('builtinHint')}</span>}
            <ActivityLinks type="network" name={data.name} />
          </>
        )
      }
      actions={
        data !== undefined && (
          <>
            {can('network:connect') && data.driver === 'bridge' && (
              <Button variant="primary" icon={Cable} onClick={() => setOpen('connect')}>
                {t('connect')}
              </Button>
            )}
            {can('network:remove') && !data.builtin && (
              <Button variant="danger" icon={Trash2} onClick={() => setOpen('remove')}>
                {t('removeDots')}
              </Button>
            )}
          </>
        )
      }
    >
      {isPending && <SkeletonRows />}
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <div className="grid grid-cols-12 items-start gap-4 max-md:gap-3">
          <div className="col-span-12 min-w-0 xl:col-span-8">
            <EndpointsCard network={data} />
          </div>
          <div className="col-span-12 flex min-w-0 flex-col gap-4 max-md:gap-3 xl:col-span-4">
            <FactsCard network={data} />
            {can('network:remove') && !data.builtin && <RemovalCard network={data} />}
          </div>
        </div>
      )}
      {open === 'connect' && data !== undefined && <ConnectDialog network={data} onClose={close} />}
      {open === 'remove' && data !== undefined && (
        <RemoveNetworksDialog networks={[data]} onClose={close} onRemoved={() => router.push('/networks')} />
      )}
    </Page>
  );
}

/** What stands against it, or what comes of it. */
function RemovalCard({ network }: { network: NetworkSummary }) {
  const t = useTranslations('networks');
  const { data: containers = [] } = useQuery(useTRPC().containers.list.queryOptions({}));
  const stopped = stoppedOn(network, containers);
  return (
    <Card title={t('ifRemoved')}>
      <p className="text-muted text-table">
        {network.endpoints.length > 0
          ? t('removeUsed', { count: network.endpoints.length })
          : stopped.length > 0
            ? t('removeStopped', { count: stopped.length })
            : t('removeText', { count: 1 })}
      </p>
    </Card>
  );
}

function FactsCard({ network }: { network: NetworkSummary }) {
  const t = useTranslations('networks');
  const locale = useLocale();
  const use = addressUse(network);
  const mono = (text: string) => <span className="font-mono text-mono">{text}</span>;
  const list = (texts: readonly string[]) =>
    texts.length === 0 ? t('nothing') : texts.map((text) => <div key={text}>{mono(text)}</div>);
  const pairs = (record: Readonly<Record<string, string>>) =>
    list(Object.entries(record).map(([key, value]) => (value === '' ? key : `${key}=${value}`)));
  return (
    <Card title={t('facts')}>
      <Facts
        items={[
          {
            term: t('id'),
            value: (
              <span className="flex items-center gap-1">
                {mono(shortId(network.id))}
                <CopyButton text={network.id} />
              </span>
            ),
          },
          { term: t('driver'), value: mono(network.driver) },
          { term: t('scope'), value: t('local') },
          { term: t('subnet'), value: list(network.subnets.map(({ subnet }) => subnet)) },
          { term: t('gateway'), value: list(network.subnets.flatMap(({ gateway }) => gateway ?? [])) },
          ...(use === undefined ? [] : [{ term: t('addresses'), value: <AddressUse {...use} /> }]),
          ...(network.driver === 'bridge'
            ? [{ term: t('reach'), value: t(network.internal ? 'internalReach' : 'outsideReach') }]
            : []),
          ...(network.bridge === undefined ? [] : [{ term: t('interface'), value: mono(network.bridge) }]),
          { term: t('created'), value: formatTime(network.createdAt, locale) },
          { term: t('options'), value: pairs(network.options) },
          { term: t('labels'), value: pairs(network.labels) },
        ]}
      />
    </Card>
  );
}

function MissingNetwork({ name, wasThere }: { name: string; wasThere: boolean }) {
  const t = useTranslations('networks');
  const { data = [] } = useQuery(useTRPC().networks.list.queryOptions({}));
  return (
    <Missing
      icon={Network}
      name={name}
      wasThere={wasThere}
      names={data.map((one) => one.name)}
      hrefOf={networkHref}
      list={{ href: '/networks', label: t('toList') }}
    />
  );
}
