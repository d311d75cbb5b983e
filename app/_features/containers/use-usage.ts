'use client';
import { useMemo } from 'react';
import { toUsage, USAGE_MS, type Usage } from './usage.ts';
import { useLivePoints } from './use-live-points.ts';

/**
 * Live CPU and memory of these containers, by id.
 * @param everySeconds 1 for one object, 2 for a list
 */
export function useUsage(ids: readonly string[], everySeconds: 1 | 2): ReadonlyMap<string, Usage> {
  const points = useLivePoints(ids, everySeconds, USAGE_MS);
  return useMemo(
    () =>
      new Map(
        [...points].flatMap(([id, known]) => {
          const value = toUsage(known);
          return value === undefined ? [] : [[id, value] as const];
        }),
      ),
    [points],
  );
}
