import { formatClock } from '../../_lib/format.ts';
import type { Times } from './log-view.ts';

/**
 * What stands before a line: clock and milliseconds apart, for phones have no room for the latter. Undefined for nothing; since
 * a start that is not known the clock tells it. A line of an earlier run is before the start.
 */
export function lineTime(
  timeMs: number,
  times: Times,
  startMs: number | undefined,
): { clock: string; fraction: string } | undefined {
  if (times === 'off') return undefined;
  if (times === 'start' && startMs !== undefined) return sinceStart(timeMs - startMs);
  const at = new Date(timeMs);
  return {
    clock: times === 'utc' ? at.toISOString().slice(11, 19) : formatClock(at),
    fraction: toFraction(timeMs),
  };
}

function sinceStart(ms: number) {
  const seconds = Math.floor(Math.abs(ms) / 1_000);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return { clock: `${ms < 0 ? '\u2212' : '+'}${clock}`, fraction: toFraction(Math.abs(ms)) };
}

function toFraction(ms: number): string {
  return `.${String(Math.floor(ms % 1_000)).padStart(3, '0')}`;
}
