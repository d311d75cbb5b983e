'use client';
import { useQuery } from '@tanstack/react-query';
import { ServerOff, TriangleAlert } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../../_lib/trpc.ts';
import { Page } from '../../_ui/page.tsx';
import { StateChip } from '../../_ui/state-chip.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { NoAccess } from '../shell/no-access.tsx';
import { useCan, useMe } from '../shell/use-me.ts';

const HostTerminal = dynamic(() => import('./host-terminal.tsx').then((module) => module.HostTerminal), {
  ssr: false,
  loading: () => <SkeletonRows />,
});

/** A shell on the host itself: for owners, where the server was started with it, behind the password. */
export function HostTerminalPage() {
  const t = useTranslations('hostTerminal');
  const nav = useTranslations('nav');
  const me = useMe();
  const may = useCan()('host:terminal');
  const { data, error, isPending, refetch } = useQuery(
    useTRPC().host.terminal.queryOptions({}, { enabled: may, staleTime: Number.POSITIVE_INFINITY }),
  );
  if (me !== undefined && !may) {
    return (
      <Page title={t('title')} section={nav('host')}>
        <NoAccess permission="host:terminal" />
      </Page>
    );
  }
  return (
    <Page
      title={data === undefined ? t('title') : t('titleOf', { name: data.hostname })}
      section={nav('host')}
      chip={
        data?.enabled === true && (
          <StateChip icon={TriangleAlert} tone="danger" quiet={false}>
            {t('asUser', { user: data.user })}
          </StateChip>
        )
      }
      full
    >
      {isPending && <SkeletonRows rows={2} />}
      {error !== null && data === undefined && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.enabled === false && (
        <div className="rounded-card border border-line bg-surface">
          <Empty icon={ServerOff} title={t('offTitle')} text={t('offText')} command="./davit up --host-terminal" />
        </div>
      )}
      {data?.enabled === true && <HostTerminal hostname={data.hostname} user={data.user} />}
    </Page>
  );
}
