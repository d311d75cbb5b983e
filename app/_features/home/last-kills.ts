import type { EngineEvent } from '../../_lib/trpc.ts';

/** Of containers whose memory ran out, the last time; the latest first. */
export function lastKills<Container extends { id: string }>(
  containers: readonly Container[],
  kills: readonly Pick<EngineEvent, 'id' | 'at'>[],
): { container: Container; at: Date }[] {
  const last = Map.groupBy(kills, ({ id }) => id);
  return containers
    .flatMap((container) => {
      const times = (last.get(container.id) ?? []).map(({ at }) => at.getTime());
      return times.length === 0 ? [] : [{ container, at: new Date(Math.max(...times)) }];
    })
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
}
