import type { ContainerField, HostField } from '#server/metrics/index.ts';

/** Figures of a container at one time, as the server sends them; null is unknown. */
export type LivePoint = { at: number } & { readonly [Field in ContainerField]: number | null };

/** The same of the host. */
export type HostPoint = { at: number } & { readonly [Field in HostField]: number | null };

/** Oldest first, each time once, nothing older than `keepMs` before the newest. */
export function addPoints<Point extends { at: number }>(
  old: readonly Point[],
  more: readonly Point[],
  keepMs: number,
): Point[] {
  const byTime = new Map([...old, ...more].map((point) => [point.at, point]));
  const all = [...byTime.values()].sort((a, b) => a.at - b.at);
  const newest = all.at(-1)?.at ?? 0;
  return all.filter(({ at }) => at >= newest - keepMs);
}
