'use client';
import { useTranslations } from 'next-intl';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { getSocket } from '../../_lib/socket.ts';
import { LineDialog } from './line-dialog.tsx';
import { LogFeed } from './log-feed.ts';
import { LineView } from './log-line.tsx';
import { isLine, type LogLine } from './log-window.ts';

/** The newest lines of a container, live, without a frame of their own. */
export function LastLines({ containerId, count }: { containerId: string; count: number }) {
  const t = useTranslations('logs');
  const [feed] = useState(
    () =>
      new LogFeed(
        getSocket('/logs'),
        { containerId, stdout: true, stderr: true, since: undefined, tail: count },
        count,
      ),
  );
  useEffect(() => feed.open(), [feed]);
  useSyncExternalStore(feed.subscribe, feed.version, feed.version);
  const [whole, setWhole] = useState<LogLine>();
  const lines = feed.window.entries.filter(isLine).slice(-count);
  return (
    <div
      className="overflow-hidden rounded-b-card bg-sunken py-1 font-mono text-mono"
      style={{ minHeight: feed.isOpen ? undefined : count * 20 + 8 }}
    >
      {feed.isOpen && lines.length === 0 && <p className="px-4 py-3 font-sans text-muted max-md:px-3">{t('empty')}</p>}
      {lines.map((line) => (
        <LineView key={line.id} line={line} times="local" wrap current={false} onWhole={setWhole} />
      ))}
      <LineDialog line={whole} onClose={() => setWhole(undefined)} />
    </div>
  );
}
