'use client';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { formatTime } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Card } from '../../_ui/card.tsx';
import { Page } from '../../_ui/page.tsx';
import { EventSentence } from './event-sentence.tsx';

export function EventsPage() {
  const t = useTranslations('nav');
  const locale = useLocale();
  const { data } = useQuery(useTRPC().events.list.queryOptions({}));
  return (
    <Page title={t('events')}>
      <Card flush>
        <ul>
          {data?.map((event) => (
            <li
              key={`${event.at.getTime()}-${event.id}-${event.action}`}
              className="flex gap-3 border-hairline border-b px-4 py-2 text-table"
            >
              <time dateTime={event.at.toISOString()}>{formatTime(event.at, locale)}</time>
              <EventSentence event={event} />
            </li>
          ))}
        </ul>
      </Card>
    </Page>
  );
}
