import type { ContainerState } from '../../_lib/trpc.ts';
import type { TimeSpan } from '../../_ui/chart/geometry.ts';

const LAST_MS = 900_000;

/**
 * The last quarter of an hour of a run, or all of a shorter one, in ms. Undefined while nothing has ended, and of an end that
 * needs no explanation: with 0, or on request.
 */
export function endSpan(state: ContainerState): TimeSpan | undefined {
  if (!('finishedAt' in state)) return undefined;
  if (!state.oomKilled && (state.exitCode === 0 || ('stoppedBy' in state && state.stoppedBy !== undefined)))
    return undefined;
  const to = state.finishedAt.getTime();
  const from = Math.max(state.startedAt.getTime(), to - LAST_MS);
  return from < to ? { from, to } : undefined;
}
