'use client';
import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { formatClock, formatDuration } from '../../_lib/format.ts';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { useTRPC } from '../../_lib/trpc.ts';
import { useNow } from '../../_lib/use-now.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { Card } from '../../_ui/card.tsx';
import { ExactTime } from '../../_ui/exact-time.tsx';
import { Link } from '../../_ui/link.tsx';
import { Page } from '../../_ui/page.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { EventSentence, LoopSentence } from '../activity/event-sentence.tsx';
import { foldLoops } from '../activity/fold-loops.ts';
import { useCan } from '../shell/use-me.ts';
import { FirstSteps } from './first-steps.tsx';
import { HostTiles } from './host-tiles.tsx';
import { StateCounts } from './state-counts.tsx';

// Neither shows anything before the server has answered: their code comes meanwhile.
const Problems = lazyPart(() => import('./problems.tsx').then((module) => module.Problems));
const LatestOperations = lazyPart(() => import('./latest-operations.tsx').then((module) => module.LatestOperations));

if (typeof window !== 'undefined') {
  Problems.prepare();
  LatestOperations.prepare();
}

const SHOWN_EVENTS = 20;
/** A loop writes many, of which one line is made. */
const READ_EVENTS = 200;
/** Steps of a terminal or command; that it was run is said by another event. */
const DETAIL = /^(exec_create|exec_die|resize|attach|detach)/;

export function HomePage() {
  const t = useTranslations('home');
  const trpc = useTRPC();
  const can = useCan();
  const containers = useQuery(trpc.containers.list.queryOptions({}));
  const images = useQuery(trpc.images.list.queryOptions({}));
  const info = useQuery(
    trpc.host.info.queryOptions({}, { staleTime: Number.POSITIVE_INFINITY, enabled: can('host:view') }),
  );
  const list = containers.data ?? [];
  const firstSteps = (place: 'top' | 'below') =>
    containers.isSuccess &&
    images.isSuccess && <FirstSteps place={place} hasImage={images.data.length > 0} hasContainer={list.length > 0} />;
  return (
    <Page
      title={t('title')}
      facts={
        info.data !== undefined && (
          <>
            <span>{info.data.hostname}</span>
            <span className="max-md:hidden">{t('system', { os: info.data.os, kernel: info.data.kernel })}</span>
            <UpFor since={info.data.bootedAt} />
          </>
        )
      }
      actions={
        can('container:create') && (
          <LinkButton href="/containers/new" variant="primary" icon={Play}>
            {t('run')}
          </LinkButton>
        )
      }
    >
      <div className="grid grid-cols-12 gap-4 max-md:gap-3">
        {containers.isError && (
          <div className="col-span-12">
            <ErrorNote error={containers.error} onRetry={() => void containers.refetch()} />
          </div>
        )}
        {firstSteps('top')}
        <Problems />
        {firstSteps('below')}
        {can('host:view') && <HostTiles />}
        <LatestEvents />
        <div className="col-span-12 flex flex-col gap-4 xl:col-span-4">
          <Card
            title={t('containers')}
            aside={
              <Link href="/containers" className="text-accent">
                {containers.data === undefined ? t('all') : t('allCount', { count: list.length })}
              </Link>
            }
          >
            <StateCounts list={containers.data} />
          </Card>
          <LatestOperations />
        </div>
      </div>
    </Page>
  );
}

/** Of the host, in steps of minutes at most. */
function UpFor({ since }: { since: Date }) {
  useNow();
  const t = useTranslations('home');
  const locale = useLocale();
  return <ExactTime at={since}>{t('upFor', { time: formatDuration(Date.now() - since.getTime(), locale) })}</ExactTime>;
}

function LatestEvents() {
  const t = useTranslations('home');
  const trpc = useTRPC();
  const events = useQuery(trpc.events.list.queryOptions({ limit: READ_EVENTS }));
  const shown =
    events.data && foldLoops(events.data.filter(({ action }) => !DETAIL.test(action))).slice(0, SHOWN_EVENTS);
  return (
    <Card
      className="col-span-12 xl:col-span-8"
      flush
      title={t('latestEvents')}
      aside={
        <Link href="/activity/events" className="text-accent">
          {t('allEvents')}
        </Link>
      }
    >
      {events.isPending && <SkeletonRows />}
      {events.isError && <ErrorNote error={events.error} onRetry={() => void events.refetch()} />}
      {shown?.length === 0 && <p className="px-4 py-3 text-muted text-table max-md:px-3">{t('noEvents')}</p>}
      <ul>
        {shown?.map((line, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: two events can share time, object and action
            key={`${line.event.at.getTime()}-${line.event.id}-${line.event.action}-${index}`}
            className="flex min-h-10 items-center gap-2.5 border-hairline border-t px-4 py-1.5 text-table first:border-t-0 max-md:px-3"
          >
            <ExactTime at={line.event.at} className="flex-none text-faint">
              {formatClock(line.event.at)}
            </ExactTime>
            {line.kind === 'loop' ? (
              <LoopSentence loop={line} since={formatClock(line.since)} />
            ) : (
              <EventSentence event={line.event} />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
