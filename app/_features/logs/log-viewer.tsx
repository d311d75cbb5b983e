'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useTranslations } from 'next-intl';
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { copyText } from '../../_lib/clipboard.ts';
import { useAddress } from '../../_lib/use-address.ts';
import { PHONE, useMedia } from '../../_lib/use-media.ts';
import { Button } from '../../_ui/button.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { toast, UNDO_MS } from '../../_ui/toast.ts';
import { tryFinder } from './finder.ts';
import { LineDialog } from './line-dialog.tsx';
import { logAddress } from './log-address.ts';
import { LineView, SkippedView } from './log-line.tsx';
import { LogToolbar, type TakeAway } from './log-toolbar.tsx';
import { emptyKey, type LogView, linkTo, readView, TIMES, toParams } from './log-view.ts';
import { isLine, type LogEntry, type LogLine } from './log-window.ts';
import { PausedBar } from './paused-bar.tsx';
import { ReadAloud } from './read-aloud.tsx';
import { linesText, saveLines } from './save-lines.ts';
import { lineAt, selectLines } from './select-lines.ts';
import { useFeed } from './use-feed.ts';
import { useSearchKey } from './use-search-key.ts';
import { useSelectedText } from './use-selected-text.ts';

const LINE_PX = 20;
/** So near to the end counts as the end. */
const END_PX = 30;
const OLDER_PX = 400;

interface ViewerProps {
  containerId: string;
  name: string;
  /** When its process began, the last one where none runs. */
  startedAt: Date | undefined;
  /** What is told under its last line. */
  ending: ReactNode;
}

/**
 * The log of one container. It opens at the end and follows; scrolling up, selecting text, searching or Space pauses, and what
 * comes meanwhile is counted. Scrolling to the top reads older lines.
 */
export function LogViewer({ containerId, name, startedAt, ending }: ViewerProps) {
  const { params, setParams } = useAddress();
  const view = readView(params, useMedia(PHONE));
  // What decides which lines there are; another choice opens the log anew.
  const { since, from, to, stream, place } = view;
  return (
    <Lines
      key={[containerId, since, from?.getTime(), to?.getTime(), stream, place?.cursor].join(' ')}
      containerId={containerId}
      name={name}
      startedAt={startedAt}
      ending={ending}
      view={view}
      onChange={(change) => setParams(toParams(change))}
    />
  );
}

interface LinesProps extends ViewerProps {
  view: LogView;
  onChange: (change: Partial<LogView>) => void;
}

function Lines({ containerId, name, startedAt, ending, view, onChange }: LinesProps) {
  const t = useTranslations('logs');
  const feed = useFeed(containerId, view);
  useSyncExternalStore(feed.subscribe, feed.version, feed.version);
  const all = feed.drawn;
  const { isPaused } = feed.window;
  // Lines that are here and about to be drawn are not an empty log.
  const isOpen = feed.isOpen && (all.length > 0 || feed.window.entries.length === 0);
  const box = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  useSearchKey(search);
  useSelectedText(box, {
    onPress: () => feed.hold(),
    onRelease: () => feed.release(),
    onSelected: () => feed.pause(),
  });
  const [fromEnd, setFromEnd] = useState(0);
  const [whole, setWhole] = useState<LogLine>();

  const { words, regex, matchCase, wholeWord, show, context } = view;
  const { finder, problem } = useMemo(
    () => tryFinder({ words, regex, matchCase, wholeWord }),
    [words, regex, matchCase, wholeWord],
  );
  const [cleared, setCleared] = useState<number>();
  const { shown, hits, count } = useMemo(() => {
    // A line that has left the window takes everything before it along.
    const kept = cleared === undefined ? all : all.slice(all.findIndex(({ id }) => id === cleared) + 1);
    return selectLines(kept, finder, { show, context });
  }, [all, finder, show, context, cleared]);
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
  // Lines that are picked out can be followed; among all of them one looks at a hit.
  const holds = searching && show === 'all';
  const found = hits.length > 0;
  // Not before: lines that are still to come are what is searched.
  useEffect(() => {
    if (searching && found) feed.pause();
  }, [searching, found, feed]);
  const showHit = useEffectEvent(() => {
    const index = hits[current];
    if (index !== undefined && feed.window.isPaused) rows.scrollToIndex(index, { align: 'center' });
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
    const atEnd = fromEnd < 2;
    if (fromEnd > END_PX && !isPaused && element.scrollTop < lastTop.current) feed.pause();
    else if (atEnd && hasLeftEnd.current && !holds) feed.resume();
    lastTop.current = element.scrollTop;
    hasLeftEnd.current = feed.window.isPaused && !atEnd;
    // Asked of the feed: one jump to the top pauses and is already there.
    if (element.scrollTop < OLDER_PX && feed.window.isPaused && feed.window.hasOlder && cleared === undefined)
      void loadOlder();
  }
  const lastTop = useRef(0);
  // Who pauses at the end stays there: the last step of following may be told after that.
  const hasLeftEnd = useRef(false);

  function step(by: 1 | -1) {
    if (hits.length === 0) return;
    feed.pause();
    setFromEnd((fromEnd - by + hits.length) % hits.length);
  }
  function change(part: Partial<LogView>) {
    // The newest hit first: that is near what was being read.
    if ('words' in part || 'regex' in part || 'matchCase' in part || 'wholeWord' in part) setFromEnd(0);
    onChange(part);
  }
  function toEnd() {
    if (holds) onChange({ words: '' });
    if (view.place !== undefined) onChange({ place: undefined });
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
        onChange({ times: TIMES[(TIMES.indexOf(view.times) + 1) % TIMES.length] ?? 'local' });
        return true;
      case 'c':
      case 'p':
        if (inHand !== undefined) take(inHand, key === 'c' ? 'line' : 'link');
        return true;
      default:
        return false;
    }
  }
  const marked = lineAt(shown, view.place);
  // What the keys for one line mean: the hit, else the line of the link, else the newest.
  const inHand = [currentEntry, marked, shown.at(-1)].find((entry) => entry !== undefined && isLine(entry));
  const toMarked = useEffectEvent(() => {
    if (marked !== undefined) rows.scrollToIndex(shown.indexOf(marked), { align: 'center' });
  });
  const markedId = marked?.id;
  useEffect(() => {
    if (markedId !== undefined) toMarked();
  }, [markedId]);

  const take = useCallback(
    (entry: LogEntry, what: 'line' | 'link') => {
      if (!isLine(entry)) return;
      const place = { at: new Date(entry.timeMs), cursor: entry.cursor };
      const text = what === 'line' ? linesText([entry], false).trimEnd() : linkTo(place, window.location.href);
      void copyText(text).then((done) => done && toast.success(t(what === 'line' ? 'lineCopied' : 'linkCopied')));
    },
    [t],
  );
  function takeAway(what: TakeAway) {
    const lines = shown.filter(isLine);
    if (what === 'shown') return saveLines(name, lines);
    if (what === 'copy' || what === 'copyTimes')
      return void copyText(linesText(lines, what === 'copyTimes')).then(
        (done) => done && toast.success(t('linesCopied', { count: lines.length })),
      );
    window.location.assign(logAddress(containerId, what, view, new Date()));
  }
  function clear() {
    const last = all.at(-1)?.id;
    if (last === undefined) return;
    setCleared(last);
    toast.success(t('cleared'), {
      duration: UNDO_MS,
      action: { label: t('undo'), onClick: () => setCleared(undefined) },
    });
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of everything inside, as the log and its search
    <div onKeyDown={onKey}>
      <LogToolbar
        view={view}
        onChange={change}
        hits={{ at: current, count }}
        problem={problem}
        onStep={step}
        onTake={takeAway}
        onClear={clear}
        searchRef={search}
      />
      {feed.failure !== undefined && (
        <div className="mb-2">
          <ErrorNote error={feed.failure} onRetry={() => feed.retry()} />
        </div>
      )}
      <ReadAloud entries={all} />
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
          {!isOpen && <SkeletonRows />}
          {isOpen && shown.length === 0 && (
            <p className="flex flex-wrap items-center gap-3 px-4 py-6 font-sans text-muted">
              {t(emptyKey(all.length, cleared !== undefined, view))}
              {cleared !== undefined && (
                <Button size="compact" onClick={() => setCleared(undefined)}>
                  {t('undo')}
                </Button>
              )}
            </p>
          )}
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
                      startMs={startedAt?.getTime()}
                      wrap={view.wrap}
                      finder={finder}
                      current={entry === currentEntry}
                      marked={entry === marked}
                      onWhole={setWhole}
                      onTake={take}
                    />
                  ) : (
                    <SkippedView gap={entry} onLoad={() => void feed.fill(entry)} />
                  )}
                </div>
              );
            })}
          </div>
        </div>
        {isPaused && <PausedBar waiting={feed.window.waitingLines} onEnd={toEnd} />}
      </div>
      <p className="mt-1.5 text-caption text-muted tabular-nums">
        {t('count', { count: all.length })}
        {feed.window.skippedLines > 0 && ` · ${t('skipped', { count: feed.window.skippedLines })}`}
        {feed.isEnded && ` · ${t('ended')}`}
      </p>
      {feed.isEnded && ending}
      <LineDialog line={whole} onClose={() => setWhole(undefined)} />
    </div>
  );
}
