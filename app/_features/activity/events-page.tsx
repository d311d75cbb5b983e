'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { CalendarClock, History, Search, X } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { formatTime } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { useAddress } from '../../_lib/use-address.ts';
import { Button } from '../../_ui/button.tsx';
import { Card } from '../../_ui/card.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { Page } from '../../_ui/page.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { TimeFields } from '../../_ui/time-fields.tsx';
import { ActivityTabs } from './activity-tabs.tsx';
import { EventSentence } from './event-sentence.tsx';

const TYPES = ['container', 'image', 'network', 'volume', 'daemon'] as const;

/** What happened, the newest first: of one kind, of one container, in a stretch of time, as the address says. */
export function EventsPage() {
  const t = useTranslations('nav');
  const te = useTranslations('event');
  const ui = useTranslations('ui');
  const locale = useLocale();
  const { params, setParams } = useAddress();
  const type = TYPES.find((one) => one === params.get('type'));
  const container = params.get('container') ?? '';
  const since = toDate(params.get('from'));
  const until = toDate(params.get('to'));
  const fixed = since !== undefined || until !== undefined;
  const [choosing, setChoosing] = useState(false);
  const { data, error, isPending, refetch } = useQuery(
    useTRPC().events.list.queryOptions(
      { type, since, until, ...(container === '' ? {} : { filters: { container: [container] } }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const filtered = type !== undefined || container !== '' || fixed;
  const clear = () => setParams({ type: '', container: '', from: '', to: '' });
  return (
    <Page title={t('activity')} view={t('events')}>
      <ActivityTabs />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <fieldset className="flex min-w-0 gap-0.5 max-md:w-full max-md:overflow-x-auto">
          <legend className="sr-only">{te('type')}</legend>
          {[undefined, ...TYPES].map((one) => (
            <button
              key={one ?? 'all'}
              type="button"
              aria-pressed={type === one}
              onClick={() => setParams({ type: one ?? '' })}
              className={cx(
                'h-8 flex-none rounded-control px-2.5 font-medium text-table hover:bg-hover max-md:h-11',
                type === one ? 'bg-selected text-fg' : 'text-muted',
              )}
            >
              {te(one === undefined ? 'type_all' : `type_${one}`)}
            </button>
          ))}
        </fieldset>
        {container !== '' && (
          <span className="flex h-8 min-w-0 items-center gap-1 rounded-control bg-accent-soft pl-2.5 text-table max-md:h-11">
            <span className="truncate font-medium">{container}</span>
            <button
              type="button"
              aria-label={ui('removeFilter', { filter: container })}
              className="flex size-8 flex-none items-center justify-center text-muted hover:text-fg max-md:size-11"
              onClick={() => setParams({ container: '' })}
            >
              <Icon icon={X} size={14} />
            </button>
          </span>
        )}
        <Button
          icon={CalendarClock}
          aria-expanded={choosing || fixed}
          className="ml-auto max-md:ml-0"
          onClick={() => {
            if (fixed) setParams({ from: '', to: '' });
            setChoosing(!(choosing || fixed));
          }}
        >
          {te(fixed ? 'anyTime' : 'chooseTime')}
        </Button>
        {(choosing || fixed) && (
          <TimeFields
            key={`${since?.getTime()} ${until?.getTime()}`}
            from={since}
            to={until}
            onRange={({ from, to }) => {
              setChoosing(false);
              setParams({ from: from?.toISOString() ?? '', to: to?.toISOString() ?? '' });
            }}
          />
        )}
      </div>
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {(isPending || data !== undefined) && (
        <Card flush>
          {isPending && <SkeletonRows rows={12} />}
          {data?.length === 0 &&
            (filtered ? (
              <Empty icon={Search} title={ui('noMatch')}>
                <Button onClick={clear}>{ui('clearFilters')}</Button>
              </Empty>
            ) : (
              <Empty icon={History} title={te('none')} text={te('noneText')} command="docker events --since 1h" />
            ))}
          <ul>
            {data?.map((event, index) => (
              <li
                // biome-ignore lint/suspicious/noArrayIndexKey: two events can share time, object and action
                key={`${event.at.getTime()}-${event.id}-${event.action}-${index}`}
                className="flex min-h-10 items-center gap-3 border-hairline border-t px-4 py-1.5 text-table first:border-t-0 max-md:flex-wrap max-md:gap-x-3 max-md:gap-y-0 max-md:px-3"
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

function toDate(text: string | null): Date | undefined {
  const at = new Date(text ?? '');
  return Number.isNaN(at.getTime()) ? undefined : at;
}
