'use client';
import { useEffect, useState } from 'react';
import { getSocket } from '../../_lib/socket.ts';
import { addPoints, type LivePoint } from './live-points.ts';

interface Batch {
  id: string;
  points: readonly LivePoint[];
}

const NOTHING: ReadonlyMap<string, readonly LivePoint[]> = new Map();
const MAX_WATCHED = 200;

/**
 * Live figures of these containers, by id; a page that nobody sees asks for nothing.
 * @param everySeconds 1 for one object, 2 for a list
 * @param keepMs how much of the past is kept; the server gives the first minute
 */
export function useLivePoints(
  ids: readonly string[],
  everySeconds: 1 | 2,
  keepMs: number,
): ReadonlyMap<string, readonly LivePoint[]> {
  const [points, setPoints] = useState(NOTHING);
  const wanted = [...ids].sort().join(',');
  useEffect(() => {
    if (wanted === '') return setPoints(NOTHING);
    const socket = getSocket('/stats');
    let kept = new Map<string, readonly LivePoint[]>();
    const containerIds = wanted.split(',').slice(0, MAX_WATCHED);
    const watch = () => socket.emit('watch', { containerIds: document.hidden ? [] : containerIds, everySeconds });
    function take(batches: readonly Batch[]) {
      const next = new Map(kept);
      for (const { id, points: more } of batches)
        if (containerIds.includes(id)) next.set(id, addPoints(next.get(id) ?? [], more, keepMs));
      kept = next;
      setPoints(next);
    }
    socket.on('connect', watch);
    socket.on('stats', take);
    document.addEventListener('visibilitychange', watch);
    if (socket.connected) watch();
    else socket.connect();
    return () => {
      socket.off('connect', watch);
      socket.off('stats', take);
      document.removeEventListener('visibilitychange', watch);
      if (socket.connected) socket.emit('watch', { containerIds: [] });
    };
  }, [wanted, everySeconds, keepMs]);
  return points;
}
