'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, Pause } from 'lucide-react';
import { useTranslations } from 'next-intl';
import {
  type KeyboardEvent,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { getSocket } from '../../_lib/socket.ts';
import { useAddress } from '../../_lib/use-address.ts';
import { PHONE, useMedia } from '../../_lib/use-media.ts';
import { Button } from '../../_ui/button.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { LogFeed } from './log-feed.ts';
import { LineView, SkippedView } from './log-line.tsx';
import { LogToolbar, type LogView, SINCE, STREAMS } from './log-toolbar.tsx';
import { isLine } from './log-window.ts';
import { saveLines } from './save-lines.ts';
import { selectLines } from './select-lines.ts';

const LINE_PX = 20;
/** So near to the end counts as the end. */
const END_PX = 30;
const OLDER_PX = 400;

/**
 * The log of one container. It opens at the end and follows; scrolling up, searching or Space pauses, and what comes meanwhile
 * is counted. Scrolling to the top reads older lines.
 */
export function LogViewer({ containerId, name }: { containerId: string; name: string }) {
  const { params, setParams } = useAddress();
  const phone = useMedia(PHONE);
  const [local, setLocal] = useState({ matchCase: false, hitsOnly: false, times: true });
  const view: LogView = {
    ...local,
    words: params.get('q') ?? '',
    wrap: (params.get('wrap') ?? (phone ? 'on' : 'off')) === 'on',
    since: (Object.keys(SINCE) as LogView['since'][]).find((one) => one === params.get('since')) ?? 'all',
    stream: STREAMS.find((one) => one === params.get('stream')) ?? 'both',
  };
  function change({ words, wrap, since, stream, ...rest }: Partial<LogView>) {
    if (Object.keys(rest).length > 0) setLocal({ ...local, ...rest });
    setParams({
      ...(words === undefined ? {} : { q: words }),
      ...(wrap === undefined ? {} : { wrap: wrap ? 'on' : 'off' }),
      ...(since === undefined ? {} : { since: since === 'all' ? '' : since }),
      ...(stream === undefined ? {} : { stream: stream === 'both' ? '' : stream }),
    });
  }
  return (
    <Lines
      key={`${containerId} ${view.since} ${view.stream}`}
      containerId={containerId}
      name={name}
      view={view}
      onChange={change}
    />
  );
}

interface LinesProps {
  containerId: string;
  name: string;
  view: LogView;
  onChange: (change: Partial<LogView>) => void;
}

function Lines({ containerId, name, view, onChange }: LinesProps) {
  const t = useTranslations('logs');
  const feed = useFeed(containerId, view);
  useSyncExternalStore(feed.subscribe, feed.version, feed.version);
  const all = feed.window.entries;
  const { isPaused } = feed.window;
  const box = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [fromEnd, setFromEnd] = useState(0);

  const { words, matchCase, hitsOnly } = view;
  const { shown, hits } = useMemo(
    () => selectLines(all, { words, matchCase, hitsOnly }),
    [all, words, matchCase, hitsOnly],
  );
  // Counted from the end, so that reading older lines leaves it where it is.
  const current = hits.length === 0 ? -1 : Math.max(hits.length - 1 - fromEnd, 0);
  const currentEntry = current < 0 ? undefined : shown[hits[current] ?? -1];
  const currentId = currentEntry?.id;

  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => shown[index]?.id ?? index,
    overscan: 30,
  });

  const searching = view.words !== '';
  useEffect(() => {
    if (searching) feed.pause();
  }, [searching, feed]);
  const showHit = useEffectEvent(() => {
    const index = hits[current];
    if (index !== undefined) rows.scrollToIndex(index, { align: 'center' });
  });
  useEffect(() => {
    if (currentId !== undefined) showHit();
  }, [currentId]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: with another wrapping the end is at another place
  useLayoutEffect(() => {
    if (!isPaused && shown.length > 0) rows.scrollToIndex(shown.length - 1, { align: 'end' });
  }, [isPaused, shown, view.wrap, rows]);

  async function loadOlder() {
    const before = shown.length;
    const first = shown[0]?.id;
    const count = await feed.loadOlder();
    const element = box.current;
    // Lines above push down what is being read: it is held in its place.
    if (count > 0 && element !== null && before > 0 && first !== undefined) setShift({ id: first, count });
  }
  const [shift, setShift] = useState<{ id: number; count: number }>();
  useLayoutEffect(() => {
    if (shift === undefined || box.current === null) return;
    const index = shown.findIndex(({ id }) => id === shift.id);
    if (index <= 0) return;
    box.current.scrollTop += index * LINE_PX;
    setShift(undefined);
  }, [shift, shown]);

  function onScroll() {
    const element = box.current;
    if (element === null) return;
    const fromEnd = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (fromEnd > END_PX && !isPaused && element.scrollTop < lastTop.current) feed.pause();
    else if (fromEnd < 2 && isPaused && !searching && element.scrollTop > lastTop.current) feed.resume();
    lastTop.current = element.scrollTop;
    // Asked of the feed: one jump to the top pauses and is already there.
    if (element.scrollTop < OLDER_PX && feed.window.isPaused && feed.window.hasOlder) void loadOlder();
  }
  const lastTop = useRef(0);

  function step(by: 1 | -1) {
    if (hits.length === 0) return;
    feed.pause();
    setFromEnd((fromEnd - by + hits.length) % hits.length);
  }
  function change(part: Partial<LogView>) {
    // The newest hit first: that is near what was being read.
    if (part.words !== undefined || part.matchCase !== undefined) setFromEnd(0);
    onChange(part);
  }
  function toEnd() {
    if (searching) onChange({ words: '', hitsOnly: false });
    feed.resume();
  }
  function onKey(event: KeyboardEvent) {
    const find = event.key === '/' || (event.key === 'f' && (event.ctrlKey || event.metaKey));
    if (find && event.target !== search.current) {
      search.current?.focus();
      search.current?.select();
      return event.preventDefault();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== box.current) return;
    if (!actOn(event.key)) return;
    event.preventDefault();
  }
  /** @returns whether the key means something here */
  function actOn(key: string): boolean {
    switch (key) {
      case 'End':
        toEnd();
        return true;
      case ' ':
        if (isPaused) toEnd();
        else feed.pause();
        return true;
      case 'Home':
        feed.pause();
        rows.scrollToOffset(0);
        return true;
      case 'n':
      case 'N':
        step(key === 'n' ? 1 : -1);
        return true;
      case 'w':
        onChange({ wrap: !view.wrap });
        return true;
      case 't':
        onChange({ times: !view.times });
        return true;
      default:
        return false;
    }
  }
  function download(what: 'shown' | 'all' | 'times') {
    if (what === 'shown') return saveLines(name, shown.filter(isLine));
    const path = `/api/containers/${encodeURIComponent(containerId)}/log`;
    window.location.assign(what === 'times' ? `${path}?timestamps=1` : path);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of everything inside, as the log and its search
    <div onKeyDown={onKey}>
      <LogToolbar
        view={view}
        onChange={change}
        hits={{ at: current, count: hits.length }}
        onStep={step}
        onDownload={download}
        searchRef={search}
      />
      {feed.failure !== undefined && (
        <div className="mb-2">
          <ErrorNote error={feed.failure} />
        </div>
      )}
      <div className="relative">
        <div
          ref={box}
          role="log"
          aria-live="off"
          aria-label={t('label')}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          data-own-keys
          onScroll={onScroll}
          onWheel={(event) => event.deltaY < 0 && all.length > 0 && feed.pause()}
          className="h-[calc(100vh-270px)] min-h-80 overflow-auto rounded-card border border-line bg-sunken py-1 font-mono text-mono [overflow-anchor:none] focus-visible:-outline-offset-2"
        >
          {!feed.isOpen && <SkeletonRows />}
          {feed.isOpen && all.length === 0 && <p className="px-4 py-6 font-sans text-muted">{t('empty')}</p>}
          <div className="relative" style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map((item) => {
              const entry = shown[item.index];
              if (entry === undefined) return null;
              return (
                <div
                  key={item.key}
                  ref={rows.measureElement}
                  data-index={item.index}
                  style={{ transform: `translateY(${item.start}px)` }}
                  className={view.wrap ? 'absolute inset-x-0 top-0' : 'absolute top-0 left-0 w-max min-w-full'}
                >
                  {isLine(entry) ? (
                    <LineView
                      line={entry}
                      times={view.times}
                      wrap={view.wrap}
                      words={view.words}
                      matchCase={view.matchCase}
                      current={entry === currentEntry}
                    />
                  ) : (
                    <SkippedView gap={entry} onLoad={() => void feed.fill(entry)} />
                  )}
                </div>
              );
            })}
          </div>
        </div>
        {isPaused && (
          <div className="pointer-events-none absolute inset-x-0 bottom-4 flex justify-center">
            <div className="pointer-events-auto flex items-center gap-3 rounded-[10px] border border-line bg-raised py-1.5 pr-1.5 pl-3.5 text-table shadow-float">
              <Icon icon={Pause} className="text-info" />
              <span role="status" className="tabular-nums">
                {feed.window.waitingLines === 0 ? t('pausedQuiet') : t('paused', { count: feed.window.waitingLines })}
              </span>
              <Button variant="primary" size="compact" icon={ArrowDown} onClick={toEnd}>
                {t('follow')}
              </Button>
            </div>
          </div>
        )}
      </div>
      <p className="mt-1.5 text-caption text-muted tabular-nums">
        {t('count', { count: all.length })}
        {feed.isEnded && ` · ${t('ended')}`}
      </p>
    </div>
  );
}

function useFeed(containerId: string, { since, stream }: LogView): LogFeed {
  const [feed] = useState(() => {
    const minutes = SINCE[since];
    return new LogFeed(getSocket('/logs'), {
      containerId,
      stdout: stream !== 'stderr',
      stderr: stream !== 'stdout',
      since: minutes === undefined ? undefined : new Date(Date.now() - minutes * 60_000),
      tail: 1_000,
    });
  });
  useEffect(() => feed.open(), [feed]);
  return feed;
}
