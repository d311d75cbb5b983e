'use client';
import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { formatTime } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Card } from '../../_ui/card.tsx';
import { Page } from '../../_ui/page.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { ActivityTabs } from './activity-tabs.tsx';
import { EventSentence } from './event-sentence.tsx';

export function EventsPage() {
  const t = useTranslations('nav');
  const th = useTranslations('home');
  const locale = useLocale();
  const { data, error, isPending, refetch } = useQuery(useTRPC().events.list.queryOptions({}));
  return (
    <Page title={t('events')} section={t('activity')}>
      <ActivityTabs />
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {(isPending || data !== undefined) && (
        <Card flush>
          {isPending && <SkeletonRows />}
          {data?.length === 0 && <Empty icon={History} title={th('noEvents')} />}
          <ul>
            {data?.map((event, index) => (
              <li
                // biome-ignore lint/suspicious/noArrayIndexKey: two events can share time, object and action
                key={`${event.at.getTime()}-${event.id}-${event.action}-${index}`}
                className="flex min-h-10 items-center gap-3 border-hairline border-t px-4 py-1.5 text-table first:border-t-0 max-md:flex-wrap max-md:gap-x-3 max-md:gap-y-0"
              >
                <time dateTime={event.at.toISOString()} className="w-44 flex-none text-faint max-md:w-full">
                  {formatTime(event.at, locale)}
                </time>
                <EventSentence event={event} />
              </li>
            ))}
          </ul>
        </Card>
      )}
    </Page>
  );
}
