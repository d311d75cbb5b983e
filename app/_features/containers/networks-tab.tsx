'use client';
import { useQuery } from '@tanstack/react-query';
import { Cable, Network, Unplug } from 'lucide';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { shortId } from '../../_lib/format.ts';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { type ContainerDetail, useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { Card, Facts } from '../../_ui/card.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Link } from '../../_ui/link.tsx';
import { Empty, ErrorNote } from '../../_ui/states.tsx';
import { ConnectDialog, hasNetworks } from '../networks/connect-dialog.tsx';
import { networkHref } from '../networks/network-href.ts';
import { useCanOn } from '../shell/use-me.ts';
import { type Attachment, attachmentsOf } from './container-networks.ts';
import { PortLinks } from './port-links.tsx';

const DisconnectDialog = lazyPart(() =>
  import('../networks/disconnect-dialog.tsx').then((module) => module.DisconnectDialog),
);

/** The networks a container is on, or comes back to; each can be joined and left while it runs. */
export function NetworksTab({ detail }: { detail: ContainerDetail }) {
  return (
    <div className="grid grid-cols-12 items-start gap-4 max-md:gap-3">
      <div className="col-span-12 min-w-0 xl:col-span-8">
        <NetworksCard detail={detail} />
      </div>
      <div className="col-span-12 flex min-w-0 flex-col gap-4 max-md:gap-3 xl:col-span-4">
        <PortsCard detail={detail} />
        <NamesCard detail={detail} />
      </div>
    </div>
  );
}

function NetworksCard({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const trpc = useTRPC();
  const mayConnect = useCanOn('network:connect', detail.createdBy);
  const { data: networks = [], error, refetch } = useQuery(trpc.networks.list.queryOptions({}));
  const [connecting, setConnecting] = useState(false);
  const [leaving, setLeaving] = useState<Attachment>();
  const own = hasNetworks(detail.networkMode);
  const attachments = own ? attachmentsOf(detail, networks) : [];
  return (
    <Card
      title={t('tab_network')}
      flush
      aside={
        mayConnect &&
        own && (
          <Button size="compact" icon={Cable} onClick={() => setConnecting(true)}>
            {t('network.connect')}
          </Button>
        )
      }
    >
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {!own && (
        <p className="px-4 py-3.5 text-muted text-table max-md:px-3">
          {detail.networkMode.startsWith('container:')
            ? t('network.ofContainer', { name: detail.networkMode.slice('container:'.length) })
            : t(detail.networkMode === 'host' ? 'network.ofHost' : 'network.none')}
        </p>
      )}
      {own && attachments.length === 0 && (
        <Empty icon={Network} title={t('network.alone')} text={t('network.aloneText')} />
      )}
      <ul aria-label={t('tab_network')}>
        {attachments.map((attachment) => (
          <li key={attachment.network} className="border-hairline border-t px-4 py-3 first:border-t-0 max-md:px-3">
            <div className="mb-2 flex min-h-7 items-center gap-2.5">
              <Link
                href={networkHref(attachment.network)}
                translate="no"
                className="min-w-0 font-medium text-accent text-body [overflow-wrap:anywhere] hover:underline"
              >
                {attachment.network}
              </Link>
              {!attachment.live && <span className="text-caption text-muted">{t('network.atStart')}</span>}
              {mayConnect && (
                <span className="ml-auto flex">
                  <IconButton
                    icon={Unplug}
                    label={t('network.disconnectOf', { name: attachment.network })}
                    aria-haspopup="dialog"
                    onClick={() => setLeaving(attachment)}
                  />
                </span>
              )}
            </div>
            <AttachmentFacts attachment={attachment} />
          </li>
        ))}
      </ul>
      {connecting && <ConnectDialog container={detail} onClose={() => setConnecting(false)} />}
      {leaving !== undefined && (
        <DisconnectDialog
          network={{ id: leaving.networkId ?? leaving.network, name: leaving.network }}
          container={{ id: detail.id, name: detail.name, address: leaving.addresses.join(', ') }}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </Card>
  );
}

function AttachmentFacts({ attachment }: { attachment: Attachment }) {
  const t = useTranslations('containers');
  const mono = (texts: readonly string[]) =>
    texts.length === 0
      ? '–'
      : texts.map((text) => (
          <span key={text} className="block font-mono text-mono">
            {text}
          </span>
        ));
  const facts = [
    { term: t('network.address'), value: mono(attachment.addresses) },
    { term: t('network.mac'), value: mono(attachment.mac === '' ? [] : [attachment.mac]) },
    { term: t('network.gateway'), value: mono(attachment.gateways) },
    {
      term: t('network.dnsNames'),
      value:
        attachment.names.length === 0 ? (
          t('network.noNames')
        ) : (
          <span className="font-mono text-mono">{[...new Set(attachment.names)].join(', ')}</span>
        ),
    },
  ];
  return (
    <>
      <div className="grid grid-cols-2 gap-x-6 max-md:hidden">
        <Facts items={facts.slice(0, 2)} />
        <Facts items={facts.slice(2)} />
      </div>
      <div className="md:hidden">
        <Facts items={facts} />
      </div>
    </>
  );
}

function PortsCard({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const open = detail.exposedPorts.filter(
    (port) => !detail.ports.some(({ containerPort, protocol }) => `${containerPort}/${protocol}` === port),
  );
  return (
    <Card title={t('published')} flush>
      {detail.ports.length === 0 && (
        <p className="px-4 py-3.5 text-muted text-table max-md:px-3">{t('network.noPorts')}</p>
      )}
      <ul>
        {detail.ports.map((port) => (
          <li
            key={`${port.hostAddress} ${port.hostPort} ${port.protocol}`}
            className="flex min-h-10 items-center gap-3 border-hairline border-t px-4 text-table first:border-t-0 max-md:px-3"
          >
            <PortLinks ports={[port]} />
            <span className="ml-auto font-mono text-mono text-muted">{`→ ${port.containerPort}/${port.protocol}`}</span>
          </li>
        ))}
      </ul>
      {open.length > 0 && (
        <p className="border-hairline border-t px-4 py-2.5 text-caption text-muted max-md:px-3">
          {t('network.exposedOnly', { ports: open.join(', ') })}
        </p>
      )}
    </Card>
  );
}

function NamesCard({ detail: { config, id } }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const list = (texts: readonly string[]) =>
    texts.length === 0 ? t('nothing') : <span className="font-mono text-mono">{texts.join(', ')}</span>;
  return (
    <Card title={t('network.resolving')}>
      <Facts
        items={[
          { term: t('network.hostname'), value: list([config.hostname ?? shortId(id)]) },
          { term: t('network.servers'), value: config.dns.length === 0 ? t('network.ofTheHost') : list(config.dns) },
          { term: t('network.search'), value: list(config.dnsSearch) },
          { term: t('network.extraHosts'), value: list(config.extraHosts) },
        ]}
      />
    </Card>
  );
}
