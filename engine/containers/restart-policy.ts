import type { RestartPolicy } from './container-service.ts';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 60_000;
/** A run this long counts as healthy: the next delay is the first one again. */
const HEALTHY_RUN_MS = 10_000;
/** Restarts are remembered so long: as many in ten minutes as there were is what tells a loop. */
const REMEMBERED_MS = 600_000;
/** More than the delays let happen in that time; what a row can hold. */
const MOST_REMEMBERED = 100;

/** Whether Docker would start it again after this end. */
export function shouldRestart(
  policy: RestartPolicy,
  end: { exitCode: number; manuallyStopped: boolean; restartCount: number },
): boolean {
  if (end.manuallyStopped) return false;
  switch (policy.name) {
    case 'no':
      return false;
    case 'always':
    case 'unless-stopped':
      return true;
    case 'on-failure':
      return end.exitCode !== 0 && (policy.maxRetries === 0 || end.restartCount < policy.maxRetries);
  }
}

/** Which restart in a row the next one is, from 1. */
export function nextAttempt(previous: number, ranMs: number): number {
  return ranMs >= HEALTHY_RUN_MS ? 1 : previous + 1;
}

export function restartDelayMs(attempt: number): number {
  // Beyond 2^10 the cap has long been reached and the power would only grow.
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(10, attempt - 1));
}

/** The restarts to remember when one more happens `now`, oldest first. */
export function withRestart(before: readonly Date[], now: Date): readonly Date[] {
  const from = now.getTime() - REMEMBERED_MS;
  return [...before.filter((at) => at.getTime() >= from), now].slice(-MOST_REMEMBERED);
}
