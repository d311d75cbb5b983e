'use client';
import { useEffect, useState } from 'react';
import { getSocket } from '../../_lib/socket.ts';
import { addSamples, type Sample, toUsage, type Usage } from './usage.ts';

interface Batch {
  id: string;
  samples: readonly (Omit<Sample, 'at'> & { at: string })[];
}

const NOTHING: ReadonlyMap<string, Usage> = new Map();

/**
 * Live CPU and memory of these containers; a page that nobody sees asks for nothing.
 * @param everySeconds 1 for one object, 2 for a list
 */
export function useUsage(ids: readonly string[], everySeconds: 1 | 2): ReadonlyMap<string, Usage> {
  const [usage, setUsage] = useState(NOTHING);
  const wanted = [...ids].sort().join(',');
  useEffect(() => {
    if (wanted === '') return setUsage(NOTHING);
    const socket = getSocket('/stats');
    const kept = new Map<string, Sample[]>();
    const containerIds = wanted.split(',').slice(0, 200);
    const watch = () => socket.emit('watch', { containerIds: document.hidden ? [] : containerIds, everySeconds });
    function take(batches: readonly Batch[]) {
      for (const { id, samples } of batches) {
        if (!containerIds.includes(id)) continue;
        const more = samples.map((sample) => ({ ...sample, at: new Date(sample.at) }));
        kept.set(id, addSamples(kept.get(id) ?? [], more));
      }
      setUsage(
        new Map(
          [...kept].flatMap(([id, samples]) => {
            const value = toUsage(samples);
            return value === undefined ? [] : [[id, value] as const];
          }),
        ),
      );
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
  }, [wanted, everySeconds]);
  return usage;
}
