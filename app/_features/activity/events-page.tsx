'use client';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { CalendarClock, ChevronDown, ChevronRight, History, Search, X } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { formatClock, formatTime, shortId } from '../../_lib/format.ts';
import { type EngineEvent, useTRPC } from '../../_lib/trpc.ts';
import { useAddress } from '../../_lib/use-address.ts';
import { Button } from '../../_ui/button.tsx';
import { Card } from '../../_ui/card.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Page } from '../../_ui/page.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { TimeFields } from '../../_ui/time-fields.tsx';
import { useDocker } from '../shell/use-me.ts';
import { ActivityTabs } from './activity-tabs.tsx';
import { EVENT_PARAMS, readAskedEvents } from './event-query.ts';
import { EventSentence, LoopSentence } from './event-sentence.tsx';
import { foldLoops, type Loop } from './fold-loops.ts';

const TYPES = ['container', 'image', 'network', 'volume', 'daemon'] as const;

/**
 * What happened, the newest first and the older as far back as is asked for: of one kind, of one object or operation, in a stretch of
 * time, as the address says.
 */
export function EventsPage() {
  const docker = useDocker();
  const t = useTranslations('nav');
  const te = useTranslations('event');
  const ui = useTranslations('ui');
  const { params, setParams } = useAddress();
  const type = TYPES.find((one) => one === params.get('type'));
  const asked = readAskedEvents(params);
  const chosen = asked.object?.key ?? asked.operationId ?? '';
  const isId = asked.operationId !== undefined || chosen.startsWith('sha256:');
  const all = Object.fromEntries(EVENT_PARAMS.map((name) => [name, '']));
  const since = toDate(params.get('from'));
  const until = toDate(params.get('to'));
  const fixed = since !== undefined || until !== undefined;
  const [choosing, setChoosing] = useState(false);
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    useTRPC().events.page.infiniteQueryOptions(
      { type, since, until, ...asked },
      { placeholderData: keepPreviousData, getNextPageParam: ({ next }) => next },
    ),
  );
  const lines = data && foldLoops(data.pages.flatMap(({ events }) => events));
  const opened = params.get('open')?.split(',') ?? [];
  const toggle = (id: string) => {
    const others = opened.filter((one) => one !== id);
    setParams({ open: (others.length < opened.length ? others : [...opened, id]).join(',') });
  };
  const filtered = type !== undefined || chosen !== '' || fixed;
  const clear = () => setParams({ ...all, type: '', from: '', to: '' });
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
        {chosen !== '' && (
          <span className="flex h-8 min-w-0 items-center gap-1 rounded-control bg-accent-soft pl-2.5 text-table max-md:h-11">
            <span className={cx('truncate font-medium', isId && 'font-mono text-mono')}>
              {asked.operationId === undefined ? shownKey(chosen) : te('operationOf', { id: chosen.slice(0, 8) })}
            </span>
            <button
              type="button"
              aria-label={ui('removeFilter', { filter: chosen })}
              className="flex size-8 flex-none items-center justify-center text-muted hover:text-fg max-md:size-11"
              onClick={() => setParams(all)}
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
          {lines?.length === 0 &&
            (filtered ? (
              <Empty icon={Search} title={ui('noMatch')}>
                <Button onClick={clear}>{ui('clearFilters')}</Button>
              </Empty>
            ) : (
              <Empty icon={History} title={te('none')} text={te('noneText')} command={`${docker} events --since 1h`} />
            ))}
          <ul>
            {lines?.map((line) =>
              line.kind === 'loop' ? (
                <LoopLine key={line.id} loop={line} open={opened.includes(line.id)} onToggle={() => toggle(line.id)} />
              ) : (
                <EventLine key={line.event.seq} event={line.event} />
              ),
            )}
          </ul>
        </Card>
      )}
      {hasNextPage && (
        <div className="mt-3 flex justify-center">
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {te('older')}
          </Button>
        </div>
      )}
    </Page>
  );
}

const ROW = 'flex min-h-10 items-center gap-3 px-4 py-1.5 text-table max-md:flex-wrap max-md:gap-y-0 max-md:px-3';

function EventLine({ event }: { event: EngineEvent }) {
  return (
    <li className={cx(ROW, 'border-hairline border-t first:border-t-0')}>
      <Time at={event.at} />
      <EventSentence event={event} />
    </li>
  );
}

/** A loop in one line; opened, under it what it stands for. */
function LoopLine({ loop, open, onToggle }: { loop: Loop; open: boolean; onToggle: () => void }) {
  const t = useTranslations('event');
  const locale = useLocale();
  const steps = `loop-${loop.id}`;
  return (
    <li className="border-hairline border-t first:border-t-0">
      <div className={cx(ROW, 'max-md:flex-nowrap')}>
        <div className={cx(ROW, 'min-w-0 flex-1 !p-0')}>
          <Time at={loop.event.at} />
          <LoopSentence loop={loop} since={toShort(loop.since, loop.event.at, locale)} />
        </div>
        <IconButton
          icon={open ? ChevronDown : ChevronRight}
          label={t(open ? 'hideSteps' : 'showSteps', { count: loop.events.length })}
          aria-expanded={open}
          aria-controls={open ? steps : undefined}
          onClick={onToggle}
        />
      </div>
      {open && (
        <ul id={steps} className="border-hairline border-t bg-canvas">
          {loop.events.map((event) => (
            <EventLine key={event.seq} event={event} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Time({ at }: { at: Date }) {
  const locale = useLocale();
  return (
    <time dateTime={at.toISOString()} className="w-44 flex-none text-faint max-md:w-full">
      {formatTime(at, locale)}
    </time>
  );
}

/** Of the day that stands in the line already, the time is enough. */
function toShort(at: Date, until: Date, locale: string): string {
  const [shown, clock] = [formatTime(at, locale), formatClock(at)];
  return shown.replace(clock, '') === formatTime(until, locale).replace(formatClock(until), '') ? clock : shown;
}

function shownKey(key: string): string {
  return key.startsWith('sha256:') ? shortId(key) : key;
}

function toDate(text: string | null): Date | undefined {
  const at = new Date(text ?? '');
  return Number.isNaN(at.getTime()) ? undefined : at;
}
