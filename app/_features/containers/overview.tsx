'use client';
import { Database, Folder, MemoryStick } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { formatTime, shortId } from '../../_lib/format.ts';
import type { ContainerDetail } from '../../_lib/trpc.ts';
import { Card, Facts } from '../../_ui/card.tsx';
import { CopyButton } from '../../_ui/copy-field.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { Link } from '../../_ui/link.tsx';
import { LastLines } from '../logs/last-lines.tsx';
import { networkHref } from '../networks/network-href.ts';
import { useCan } from '../shell/use-me.ts';
import { volumeHref } from '../volumes/volume-href.ts';
import { containerHref } from './container-actions.tsx';
import { stackHref, stackOf } from './container-query.ts';
import { EarlierStopsCard } from './earlier-stops-card.tsx';
import { HealthCard, healthOf, UnhealthyNote } from './health-card.tsx';
import { LimitsCard } from './limits-card.tsx';
import { PortLinks } from './port-links.tsx';
import { StopCard } from './stop-card.tsx';
import { endedBy } from './stop-sentence.ts';
import { UsageCard } from './usage-card.tsx';

const LINES = 10;

/** How a container is, what it last said and what it is made of. */
export function Overview({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const can = useCan();
  const running = detail.state.status === 'running';
  const health = healthOf(detail.state);
  const run = 'startedAt' in detail.state ? detail.state.startedAt.getTime() : 0;
  return (
    <div className="grid grid-cols-12 items-start gap-4 max-md:gap-3">
      <div className="col-span-12 flex min-w-0 flex-col gap-4 max-md:gap-3 xl:col-span-8">
        {health !== undefined && running && <UnhealthyNote health={health} />}
        <StopCard detail={detail} />
        {running && can('container:stats') && <UsageCard detail={detail} />}
        {can('container:logs') && (
          <Card
            title={t('lastLines')}
            flush
            aside={
              <Link href={containerHref(detail.name, '/logs')} className="text-accent hover:underline">
                {t('openLogs')}
              </Link>
            }
          >
            <LastLines key={`${detail.id} ${run} ${running}`} containerId={detail.id} count={LINES} />
          </Card>
        )}
        {can('container:stats') && <EarlierStopsCard detail={detail} />}
      </div>
      <div className="col-span-12 flex min-w-0 flex-col gap-4 max-md:gap-3 xl:col-span-4">
        <FactsCard detail={detail} />
        <LimitsCard detail={detail} />
        {health !== undefined && <HealthCard detail={detail} health={health} />}
        <NetworkCard detail={detail} />
        <MountsCard name={detail.name} mounts={detail.mounts} />
      </div>
    </div>
  );
}

function FactsCard({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const locale = useLocale();
  const { state, config } = detail;
  const stack = stackOf(detail.labels);
  const mono = (text: string) => <span className="font-mono text-mono">{text}</span>;
  return (
    <Card title={t('facts')}>
      <Facts
        items={[
          {
            term: t('id'),
            value: (
              <span className="flex items-center gap-1">
                {mono(shortId(detail.id))}
                <CopyButton text={detail.id} />
              </span>
            ),
          },
          {
            term: t('column_image'),
            value: (
              <Link
                href={`/images/${detail.imageId.replace('sha256:', '')}`}
                className="font-mono text-accent text-mono hover:underline"
              >
                {detail.image}
              </Link>
            ),
          },
          ...(stack === undefined
            ? []
            : [
                {
                  term: t('column_stack'),
                  value: (
                    <Link href={stackHref(stack)} className="text-accent hover:underline">
                      {stack}
                    </Link>
                  ),
                },
              ]),
          { term: t('command'), value: mono(detail.process.args.join(' ')) },
          { term: t('user'), value: mono(detail.process.user || 'root') },
          { term: t('column_created'), value: formatTime(detail.createdAt, locale) },
          ...('startedAt' in state ? [{ term: t('started'), value: formatTime(state.startedAt, locale) }] : []),
          ...('finishedAt' in state
            ? [{ term: t('ended'), value: <Ended at={state.finishedAt} detail={detail} /> }]
            : []),
          {
            term: t('restartPolicy'),
            value:
              config.restart.name === 'on-failure' && config.restart.maxRetries > 0
                ? t('policyRetries', { count: config.restart.maxRetries })
                : t(`policy_${config.restart.name}`),
          },
          { term: t('column_restarts'), value: String(detail.restartCount) },
        ]}
      />
    </Card>
  );
}

/** When it ended, and by whom. */
function Ended({ at, detail }: { at: Date; detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const locale = useLocale();
  const by = endedBy(detail.stopReason);
  const time = formatTime(at, locale);
  return by === undefined ? time : t(by.key, { at: time, ...by.values });
}

function NetworkCard({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  return (
    <Card
      title={t('portsAndNetworks')}
      aside={
        <Link href={containerHref(detail.name, '/network')} className="text-accent hover:underline">
          {t('tab_network')}
        </Link>
      }
    >
      <Facts
        items={[
          {
            term: t('published'),
            value: detail.ports.length === 0 ? t('nothing') : <PortLinks ports={detail.ports} />,
          },
          { term: t('exposed'), value: detail.exposedPorts.join(', ') || t('nothing') },
          ...detail.networks.map((network) => ({
            term: network.name,
            value: (
              <Link href={networkHref(network.name)} className="font-mono text-accent text-mono hover:underline">
                {network.address || t('nothing')}
              </Link>
            ),
          })),
        ]}
      />
    </Card>
  );
}

const MOUNT_ICONS = { volume: Database, bind: Folder, tmpfs: MemoryStick } as const;

function MountsCard({ name, mounts }: Pick<ContainerDetail, 'name' | 'mounts'>) {
  const t = useTranslations('containers');
  return (
    <Card
      title={t('mounts')}
      flush
      aside={
        <Link href={containerHref(name, '/storage')} className="text-accent hover:underline">
          {t('tab_storage')}
        </Link>
      }
    >
      {mounts.length === 0 ? (
        <p className="px-4 py-3.5 text-muted text-table max-md:px-3">{t('noMounts')}</p>
      ) : (
        <ul>
          {mounts.map((mount) => (
            <li
              key={mount.target}
              className="flex items-center gap-3 border-hairline border-t px-4 py-2 text-table first:border-t-0 max-md:px-3"
            >
              <Icon icon={MOUNT_ICONS[mount.type]} className="text-faint" />
              <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
                <span className="block font-mono text-mono">{mount.target}</span>
                <span className="block text-caption text-muted">
                  {mount.type === 'bind' ? (
                    mount.source
                  ) : mount.type === 'volume' ? (
                    <Link href={volumeHref(mount.name ?? '')} className="text-accent hover:underline">
                      {t('mountVolume', { name: mount.name ?? '' })}
                    </Link>
                  ) : (
                    t('mountTmpfs')
                  )}
                </span>
              </span>
              {mount.type !== 'tmpfs' && mount.readOnly && (
                <span className="flex-none rounded-chip border border-line px-1.5 text-caption text-muted">
                  {t('readOnly')}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
