'use client';
import { useLocale, useTranslations } from 'next-intl';
import { formatBytes, formatTime, shortId } from '../../_lib/format.ts';
import type { ContainerDetail } from '../../_lib/trpc.ts';
import { Card, Facts } from '../../_ui/card.tsx';
import { CopyButton } from '../../_ui/copy-field.tsx';
import { Note } from '../../_ui/states.tsx';
import { ContainerFrame } from './container-frame.tsx';
import { PortLinks } from './port-links.tsx';
import { stopSentence } from './stop-sentence.ts';

export function OverviewPage({ name }: { name: string }) {
  return <ContainerFrame name={name}>{(detail) => <Overview detail={detail} />}</ContainerFrame>;
}

function Overview({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const ts = useTranslations('stopReason');
  const locale = useLocale();
  const stop = stopSentence(detail.stopReason);
  return (
    <div className="grid grid-cols-12 gap-4 max-md:gap-3">
      {stop !== undefined && (
        <div className="col-span-12">
          <Note tone={stop.key === 'stopped' || stop.key === 'stopped_by' ? 'info' : 'danger'}>
            <p className="font-semibold">{t('whyStopped')}</p>
            <p>{ts(stop.key, stop.values)}</p>
          </Note>
        </div>
      )}
      <Card title={t('facts')} className="col-span-12 xl:col-span-6">
        <Facts
          items={[
            {
              term: t('id'),
              value: (
                <span className="flex items-center gap-1 font-mono text-mono">
                  {shortId(detail.id)}
                  <CopyButton text={detail.id} />
                </span>
              ),
            },
            { term: t('column_image'), value: <span className="font-mono text-mono">{detail.image}</span> },
            { term: t('command'), value: <span className="font-mono text-mono">{detail.process.args.join(' ')}</span> },
            { term: t('user'), value: <span className="font-mono text-mono">{detail.process.user || 'root'}</span> },
            { term: t('column_created'), value: formatTime(detail.createdAt, locale) },
            { term: t('restartPolicy'), value: t(`policy_${detail.config.restart.name}`) },
            {
              term: t('memoryLimit'),
              value: detail.memoryLimitBytes === undefined ? t('noLimit') : formatBytes(detail.memoryLimitBytes),
            },
          ]}
        />
      </Card>
      <Card title={t('portsAndNetworks')} className="col-span-12 xl:col-span-6">
        <Facts
          items={[
            {
              term: t('published'),
              value: detail.ports.length === 0 ? t('nothing') : <PortLinks ports={detail.ports} />,
            },
            { term: t('exposed'), value: detail.exposedPorts.join(', ') || t('nothing') },
            ...detail.networks.map((network) => ({
              term: network.name,
              value: <span className="font-mono text-mono">{network.address}</span>,
            })),
          ]}
        />
      </Card>
      <Card title={t('mounts')} className="col-span-12">
        {detail.mounts.length === 0 ? (
          <p className="text-muted text-table">{t('noMounts')}</p>
        ) : (
          <Facts
            items={detail.mounts.map((mount) => ({
              term: mount.target,
              value: (
                <span className="font-mono text-mono">
                  {mount.type === 'bind'
                    ? mount.source
                    : mount.type === 'volume'
                      ? (mount.name ?? mount.type)
                      : mount.type}
                  {mount.type !== 'tmpfs' && mount.readOnly && (
                    <span className="text-muted">{` ${t('readOnly')}`}</span>
                  )}
                </span>
              ),
            }))}
          />
        )}
      </Card>
    </div>
  );
}
