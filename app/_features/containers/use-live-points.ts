'use client';
import { useEffect, useRef, useState } from 'react';
import type { LiveSocket } from '../../_lib/live-socket.ts';
import { getSocket } from '../../_lib/socket.ts';
import { addPoints, type HostPoint, type LivePoint } from './live-points.ts';

interface Batch<Point> {
  id: string;
  points: readonly Point[];
}

type ById<Point> = ReadonlyMap<string, readonly Point[]>;

const NOTHING: ReadonlyMap<string, never[]> = new Map();
const MAX_WATCHED = 200;
/** Under this id the server tells the figures of the host. */
const HOST = 'host';
const NO_POINTS: readonly HostPoint[] = [];
const hostWatchers = new Map<symbol, number>();

/**
 * Live figures of these containers, by id; a page that nobody sees asks for nothing.
 * @param everySeconds 1 for one object, 2 for a list
 * @param keepMs how much of the past is kept; the server gives the first minute
 */
export function useLivePoints(ids: readonly string[], everySeconds: 1 | 2, keepMs: number): ById<LivePoint> {
  const wanted = [...ids].sort().join(',');
  return useBatches<LivePoint>(wanted, keepMs, (socket, on) => {
    const containerIds = on ? wanted.split(',').slice(0, MAX_WATCHED) : [];
    if (socket.connected) socket.emit('watch', { containerIds, everySeconds });
  });
}

/** Live figures of the host, in the same way. */
export function useHostPoints(watched: boolean, everySeconds: 1 | 2, keepMs: number): readonly HostPoint[] {
  const [watcher] = useState(() => Symbol());
  const points = useBatches<HostPoint>(watched ? HOST : '', keepMs, (socket, on) => {
    // Several parts of a page may look at the host: the keenest decides.
    if (on) hostWatchers.set(watcher, everySeconds);
    else hostWatchers.delete(watcher);
    const wish = hostWatchers.size === 0 ? {} : { everySeconds: Math.min(...hostWatchers.values()) };
    if (socket.connected) socket.emit('watch_host', wish);
  });
  return points.get(HOST) ?? NO_POINTS;
}

/** What comes under these ids, separated by commas; `watch` tells the server to begin, or to end. */
function useBatches<Point extends { at: number }>(
  wanted: string,
  keepMs: number,
  watch: (socket: LiveSocket, on: boolean) => void,
): ById<Point> {
  const [points, setPoints] = useState<ById<Point>>(NOTHING);
  const tell = useRef(watch);
  tell.current = watch;
  useEffect(() => {
    if (wanted === '') return setPoints(NOTHING);
    const socket = getSocket('/stats');
    const ids = new Set(wanted.split(','));
    let kept = new Map<string, readonly Point[]>();
    const begin = () => tell.current(socket, !document.hidden);
    function take(batches: readonly Batch<Point>[]) {
      const news = batches.filter(({ id }) => ids.has(id));
      if (news.length === 0) return;
      kept = new Map(kept);
      for (const { id, points: more } of news) kept.set(id, addPoints(kept.get(id) ?? [], more, keepMs));
      setPoints(kept);
    }
    socket.on('connect', begin);
    socket.on('stats', take);
    document.addEventListener('visibilitychange', begin);
    if (socket.connected) begin();
    else socket.connect();
    return () => {
      socket.off('connect', begin);
      socket.off('stats', take);
      document.removeEventListener('visibilitychange', begin);
      tell.current(socket, false);
    };
  }, [wanted, keepMs]);
  return points;
}
