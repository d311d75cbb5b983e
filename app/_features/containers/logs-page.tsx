'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { formatClock } from '../../_lib/format.ts';
import { getSocket } from '../../_lib/socket.ts';
import { TextField } from '../../_ui/field.tsx';
import { ContainerFrame } from './container-frame.tsx';

interface Line {
  time: string;
  stream: 'stdout' | 'stderr';
  text: string;
  cursor: string;
}

const MAX_LINES = 50_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is dropped
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007]*\u0007/g;

export function LogsPage({ name }: { name: string }) {
  return <ContainerFrame name={name}>{(detail) => <Logs key={detail.id} id={detail.id} />}</ContainerFrame>;
}

/** Opens at the end and follows, until somebody scrolls up. */
function Logs({ id }: { id: string }) {
  const t = useTranslations('logs');
  const lines = useLog(id);
  const [query, setQuery] = useState('');
  const [following, setFollowing] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const word = query.toLowerCase();
  const shown = word === '' ? lines : lines.filter((line) => line.text.toLowerCase().includes(word));
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    overscan: 20,
  });
  useEffect(() => {
    if (following && shown.length > 0) rows.scrollToIndex(shown.length - 1, { align: 'end' });
  }, [following, shown.length, rows]);
  return (
    <>
      <div className="mb-2 max-w-[400px]">
        <TextField
          label={t('search')}
          hideLabel
          placeholder={t('search')}
          type="search"
          onChange={(event) => setQuery(event.target.value)}
        />
      </div>
      <div
        ref={box}
        role="log"
        aria-live="off"
        aria-label={t('label')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        data-own-keys
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          setFollowing(scrollHeight - scrollTop - clientHeight < 40)
        }
        className="h-[calc(100vh-290px)] min-h-80 overflow-auto rounded-card border border-line bg-sunken font-mono text-mono"
      >
        <div className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const line = shown[item.index];
            return (
              line !== undefined && (
                <div
                  key={item.key}
                  ref={rows.measureElement}
                  data-index={item.index}
                  style={{ transform: `translateY(${item.start}px)` }}
                  className={cx(
                    'absolute inset-x-0 top-0 flex gap-2 border-l-3 px-2',
                    line.stream === 'stderr' ? 'border-danger' : 'border-transparent',
                  )}
                >
                  <time dateTime={line.time} className="flex-none text-faint">
                    {formatClock(new Date(line.time))}
                  </time>
                  <span
                    className={cx(
                      'w-8 flex-none max-md:sr-only',
                      line.stream === 'stderr' ? 'text-danger' : 'text-faint',
                    )}
                  >
                    {t(line.stream)}
                  </span>
                  <span className="min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]">
                    {line.text.replace(ESCAPES, '')}
                  </span>
                </div>
              )
            );
          })}
        </div>
      </div>
    </>
  );
}

/** Lines of one container; each batch is acknowledged once taken, which is what lets the server send more. */
function useLog(containerId: string): Line[] {
  const [lines, setLines] = useState<Line[]>([]);
  useEffect(() => {
    const socket = getSocket('/logs');
    function follow() {
      setLines([]);
      socket.emit('follow', { containerId, tail: 1_000 });
    }
    function take(_seq: number, bytes: ArrayBuffer, ack: () => void) {
      const batch = new TextDecoder()
        .decode(bytes)
        .split('\n')
        .filter(Boolean)
        .map((text) => JSON.parse(text) as Line);
      setLines((old) => [...old, ...batch].slice(-MAX_LINES));
      ack();
    }
    socket.on('connect', follow);
    socket.on('lines', take);
    if (socket.connected) follow();
    else socket.connect();
    return () => {
      socket.off('connect', follow);
      socket.off('lines', take);
      socket.disconnect();
    };
  }, [containerId]);
  return lines;
}
