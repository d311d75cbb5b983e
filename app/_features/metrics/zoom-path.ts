import type { TimeSpan } from '../../_ui/chart/geometry.ts';
import type { TimeRange } from '../../_ui/time-picker.tsx';

/** What a chart shows: a length of time up to now, or two times. */
export type Shown = { range: TimeRange } | { span: TimeSpan };

const MAX_STEPS = 20;

/** Where somebody came from by zooming in, the last one last. */
export function zoomedIn(path: readonly Shown[], from: Shown): readonly Shown[] {
  return [...path, from].slice(-MAX_STEPS);
}

/** One step back; without any, the way goes to the default. */
export function zoomedOut(path: readonly Shown[], fallback: TimeRange): { path: readonly Shown[]; to: Shown } {
  return { path: path.slice(0, -1), to: path.at(-1) ?? { range: fallback } };
}
