import type { RestartPolicy } from './container-service.ts';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 60_000;
/** A run this long counts as healthy: the next delay is the first one again. */
const HEALTHY_RUN_MS = 10_000;

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
