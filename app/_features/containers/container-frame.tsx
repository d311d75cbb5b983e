'use client';
import { useQuery } from '@tanstack/react-query';
import { CirclePlay, MemoryStick, Play, RotateCw, ScrollText, Square, SquareTerminal, Zap } from 'lucide';
import { usePathname, useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { type ReactNode, useEffect } from 'react';
import { toFailure } from '../../_lib/errors.ts';
import { formatDuration } from '../../_lib/format.ts';
import { type ContainerDetail, useTRPC } from '../../_lib/trpc.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import { Link } from '../../_ui/link.tsx';
import { Page } from '../../_ui/page.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { Tabs } from '../../_ui/tabs.tsx';
import { ActivityLinks } from '../activity/activity-links.tsx';
import { useCan } from '../shell/use-me.ts';
import { ActionMenu, containerHref, mainVerb, useMay } from './container-actions.tsx';
import { ContainerChip } from './container-chip.tsx';
import { ContainerDialogs, useOrders } from './container-dialogs.tsx';
import { stackHref, stackOf } from './container-query.ts';
import { chipKind, isProblem, stateSince } from './container-state.ts';
import { GraceLeft } from './grace-period.tsx';
import { Removed } from './removed-note.tsx';
import { TabSkeleton } from './tab-skeleton.tsx';
import { useContainerKeys } from './use-container-keys.ts';
import { type ContainerVerbs, permissionOf, useContainerVerbs } from './use-container-verbs.ts';
import { VerbFailures } from './verb-failures.tsx';

const ENDING_MS = 2_000;

/** Head and tabs of one container; a tab without its right is absent. */
export function ContainerFrame({
  name,
  gone,
  children,
}: {
  name: string;
  /** What the tab shows of one that is gone, where figures of it are kept. */
  gone?: (name: string) => ReactNode;
  children: (detail: ContainerDetail) => ReactNode;
}) {
  const t = useTranslations('containers');
  const router = useRouter();
  const pathname = usePathname();
  const trpc = useTRPC();
  const {
    data: named,
    isPending,
    error,
    refetch,
  } = useQuery(
    trpc.containers.get.queryOptions(
      { containerId: name },
      // That somebody gave up waiting for its end is no event.
      { refetchInterval: ({ state }) => (state.data?.ending === undefined ? false : ENDING_MS) },
    ),
  );
  const isLost = toFailure(error).code === 'not_found';
  // It may only have another name now: what is known of it is its id.
  const byId = useQuery(
    trpc.containers.get.queryOptions({ containerId: named?.id ?? '' }, { enabled: isLost && named !== undefined }),
  );
  const isGone = isLost && (named === undefined || byId.isError);
  const data = isLost ? (byId.data ?? named) : named;
  const verbs = useContainerVerbs();
  const orders = useOrders(verbs, (order, failed) => {
    if (order === 'remove' && failed.length === 0) router.push('/containers');
  });
  const toName = (next: string) => router.replace(pathname.replace(containerHref(name), containerHref(next)));
  const found = data?.name;
  useEffect(() => {
    // An id, a part of one, or a name that it had leads to the name.
    if (found !== undefined && found !== name)
      router.replace(pathname.replace(containerHref(name), containerHref(found)));
  }, [found, name, pathname, router]);
  if (isPending)
    return (
      <Page title={name} section={t('title')} facts={<span>{'\u00a0'}</span>}>
        <div className="mb-4 h-[39px] border-line border-b" />
        <TabSkeleton />
      </Page>
    );
  if (isGone)
    return <Removed name={named?.name ?? name} known={named !== undefined} stats={gone?.(named?.name ?? name)} />;
  if (data === undefined)
    return (
      <div className="p-6">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  return (
    <Page
      title={data.name}
      section={t('title')}
      chip={<ContainerChip state={data.state} pending={verbs.pendingOf(data.id) ?? data.ending} filled />}
      facts={<HeadFacts detail={data} />}
      actions={<HeadActions detail={data} verbs={verbs} orders={orders} />}
    >
      <ContainerTabs base={containerHref(name)} detail={data} />
      <VerbFailures verbs={verbs} />
      {children(data)}
      <ContainerDialogs orders={orders} onRenamed={toName} />
    </Page>
  );
}

function HeadFacts({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const locale = useLocale();
  const since = stateSince(detail.state);
  const up = detail.state.status === 'running' || detail.state.status === 'paused';
  const stack = stackOf(detail.labels);
  const time = since === undefined ? '' : formatDuration(Date.now() - since.getTime(), locale);
  return (
    <>
      <span className="font-mono text-mono">{detail.image}</span>
      {since !== undefined && <span>{t(up ? 'upFor' : 'stoppedAgo', { time })}</span>}
      {detail.killAt !== undefined && <GraceLeft killAt={detail.killAt} />}
      {stack !== undefined && (
        <span>
          {t.rich('inStack', {
            name: stack,
            link: (text) => (
              <Link href={stackHref(stack)} className="text-fg underline hover:text-accent">
                {text}
              </Link>
            ),
          })}
        </span>
      )}
      <ActivityLinks type="container" name={detail.name} />
    </>
  );
}

function HeadActions({
  detail,
  verbs,
  orders,
}: {
  detail: ContainerDetail;
  verbs: ContainerVerbs;
  orders: ReturnType<typeof useOrders>;
}) {
  const t = useTranslations('containers');
  const can = useCan();
  const pending = verbs.pendingOf(detail.id) ?? detail.ending;
  const may = useMay(detail, pending);
  const main = mainVerb(detail);
  const router = useRouter();
  const give = (verb: 'start' | 'stop' | 'restart' | 'unpause') => () => orders.give(verb, [detail]);
  useContainerKeys({
    l: can('container:logs') ? () => router.push(`${containerHref(detail.name)}/logs`) : undefined,
    t:
      can('container:exec') && detail.state.status === 'running'
        ? () => router.push(`${containerHref(detail.name)}/terminal`)
        : undefined,
    r: can('container:restart') && may('restart') ? give('restart') : undefined,
    s: can(permissionOf(main)) && may(main) ? give(main) : undefined,
    e: can('container:update') ? () => router.push(`${containerHref(detail.name)}/edit`) : undefined,
  });
  const kind = chipKind(detail.state);
  const running = main === 'stop';
  const paused = detail.state.status === 'paused';
  const restart = can('container:restart') && running && (
    <Button
      variant={isProblem(detail) ? 'primary' : 'plain'}
      icon={RotateCw}
      writes
      disabled={!may('restart')}
      loading={pending === 'restart'}
      onClick={() => orders.give('restart', [detail])}
    >
      {t('restart')}
    </Button>
  );
  return (
    <>
      {detail.ending !== undefined && may('kill') && (
        <Button variant="danger" icon={Zap} writes onClick={() => orders.carryOut('kill', [detail])}>
          {t('killNow')}
        </Button>
      )}
      {paused && can(permissionOf('unpause')) && (
        <Button
          variant="primary"
          icon={CirclePlay}
          writes
          disabled={!may('unpause')}
          loading={pending === 'unpause'}
          onClick={give('unpause')}
        >
          {t('unpause')}
        </Button>
      )}
      {restart}
      {can(permissionOf(main)) && (
        <Button
          variant={main === 'start' ? 'primary' : 'plain'}
          icon={main === 'start' ? Play : Square}
          writes
          disabled={!may(main)}
          loading={pending === main}
          onClick={() => orders.give(main, [detail])}
        >
          {t(main)}
        </Button>
      )}
      {can('container:exec') && detail.state.status === 'running' && (
        <LinkButton href={containerHref(detail.name, '/terminal')} icon={SquareTerminal}>
          {t('tab_terminal')}
        </LinkButton>
      )}
      {can('container:update') && kind === 'oom' && detail.memoryLimitBytes !== undefined && (
        <LinkButton href={containerHref(detail.name, '/edit')} icon={MemoryStick}>
          {t('raiseLimit')}
        </LinkButton>
      )}
      {can('container:logs') && !running && kind !== 'created' && (
        <LinkButton href={containerHref(detail.name, '/logs')} icon={ScrollText}>
          {t('tab_logs')}
        </LinkButton>
      )}
      <ActionMenu container={detail} pending={pending} onOrder={(order) => orders.give(order, [detail])} size="head" />
    </>
  );
}

function ContainerTabs({ base, detail }: { base: string; detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const can = useCan();
  const running = detail.state.status === 'running';
  const names = [
    'overview',
    ...(can('container:logs') ? ['logs'] : []),
    ...(can('container:exec') && running ? ['terminal'] : []),
    ...(can('container:stats') ? ['stats'] : []),
    ...(can('container:processes') ? ['processes'] : []),
    'network',
    'storage',
    'config',
  ];
  return (
    <Tabs
      label={t('tabs')}
      tabs={names.map((name) => ({
        href: name === 'overview' ? base : `${base}/${name}`,
        label: t(`tab_${name as 'overview'}`),
      }))}
    />
  );
}
