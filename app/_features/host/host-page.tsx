'use client';
import { useQuery } from '@tanstack/react-query';
import { RefreshCw, SquareTerminal } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { formatBytes, formatLoad, formatPercent, formatTime } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import { Card, Facts } from '../../_ui/card.tsx';
import { Page } from '../../_ui/page.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { HostCharts } from '../metrics/host-charts.tsx';
import { useHostUsage } from '../metrics/use-host-usage.ts';
import { NoAccess } from '../shell/no-access.tsx';
import { useCan, useMe } from '../shell/use-me.ts';
import { CheckList } from './check-list.tsx';

/** What this host is, how full it is, and what the doctor says of it. */
export function HostPage() {
  const t = useTranslations('host');
  const me = useMe();
  const can = useCan();
  if (me !== undefined && !can('host:view')) {
    return (
      <Page title={t('title')}>
        <NoAccess permission="host:view" />
      </Page>
    );
  }
  return <Host />;
}

function Host() {
  const t = useTranslations('host');
  const home = useTranslations('home');
  const nav = useTranslations('nav');
  const locale = useLocale();
  const can = useCan();
  const trpc = useTRPC();
  const info = useQuery(trpc.host.info.queryOptions({}));
  const usage = useHostUsage();
  const checks = useQuery(trpc.host.checks.queryOptions({}));
  const failed = checks.data?.filter(({ ok }) => !ok).length;
  return (
    <Page
      title={t('title')}
      facts={
        info.data !== undefined && (
          <>
            <span>{info.data.hostname}</span>
            <span>{home('system', { os: info.data.os, kernel: info.data.kernel })}</span>
            {failed !== undefined && <span>{t('failed', { count: failed })}</span>}
          </>
        )
      }
      actions={
        <>
          <Button icon={RefreshCw} loading={checks.isFetching} onClick={() => void checks.refetch()}>
            {t('checkAgain')}
          </Button>
          {can('host:terminal') && (
            <LinkButton icon={SquareTerminal} href="/host/terminal">
              {nav('terminal')}
            </LinkButton>
          )}
        </>
      }
    >
      <div className="grid grid-cols-12 items-start gap-4 max-md:gap-3">
        <div className="col-span-12 min-w-0 xl:col-span-8">
          <Card title={t('checks')} flush>
            {checks.isPending && <SkeletonRows />}
            {checks.isError && <ErrorNote error={checks.error} onRetry={() => void checks.refetch()} />}
            {checks.data !== undefined && <CheckList checks={checks.data} />}
          </Card>
        </div>
        <div className="col-span-12 flex min-w-0 flex-col gap-4 max-md:gap-3 xl:col-span-4">
          <Card title={t('facts')}>
            {info.isPending && <SkeletonRows />}
            {info.isError && <ErrorNote error={info.error} onRetry={() => void info.refetch()} />}
            {info.data !== undefined && (
              <Facts
                items={[
                  { term: t('hostname'), value: info.data.hostname },
                  { term: t('os'), value: info.data.os },
                  { term: t('kernel'), value: info.data.kernel },
                  { term: t('booted'), value: formatTime(info.data.bootedAt, locale) },
                  { term: t('architecture'), value: info.data.architecture },
                  { term: t('cpus'), value: String(info.data.cpus) },
                  { term: t('memory'), value: formatBytes(info.data.memoryBytes) },
                  { term: t('cgroups'), value: t('version', { version: String(info.data.cgroupVersion) }) },
                  { term: t('storage'), value: info.data.storageDriver },
                  {
                    term: t('runtime'),
                    value:
                      info.data.runtime === undefined
                        ? t('runtimeMissing')
                        : t(`runtimeVersion.${info.data.runtime.why}`, { ...info.data.runtime }),
                  },
                ]}
              />
            )}
          </Card>
          <Card title={t('usage')}>
            {usage.isPending && <SkeletonRows rows={3} />}
            {usage.error !== null && usage.usage === undefined && (
              <ErrorNote error={usage.error} onRetry={() => void usage.refetch()} />
            )}
            {usage.usage !== undefined && (
              <Facts
                items={[
                  { term: home('cpu'), value: formatPercent(usage.usage.cpuPercent) },
                  {
                    term: home('memory'),
                    value: t('of', {
                      used: formatBytes(usage.usage.memoryUsedBytes),
                      total: formatBytes(usage.usage.memoryTotalBytes),
                    }),
                  },
                  {
                    term: home('disk'),
                    value: t('of', {
                      used: formatBytes(usage.usage.diskUsedBytes),
                      total: formatBytes(usage.usage.diskTotalBytes),
                    }),
                  },
                  { term: home('hostLoad'), value: formatLoad(usage.usage.load1) },
                ]}
              />
            )}
          </Card>
        </div>
      </div>
      <div className="mt-4">
        <HostCharts hostname={info.data?.hostname ?? 'host'} />
      </div>
    </Page>
  );
}
