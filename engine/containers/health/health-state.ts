import type { HealthCheck, HealthState, ProbeResult } from '../container-service.ts';

const DEFAULT_MS = 30_000;
const DEFAULT_START_INTERVAL_MS = 5_000;
const DEFAULT_RETRIES = 3;
const KEPT_RESULTS = 5;
const SHELL = ['/bin/sh', '-c'];

/** A check with every default filled in. */
export interface Probe {
  args: readonly string[];
  intervalMs: number;
  timeoutMs: number;
  startPeriodMs: number;
  startIntervalMs: number;
  retries: number;
}

/** What is to be run, or undefined without a check or with `NONE`. 0 means the default, as in Docker. */
export function toProbe(check: HealthCheck | undefined): Probe | undefined {
  const [kind, ...rest] = check?.test ?? [];
  if (check === undefined || rest.length === 0 || (kind !== 'CMD' && kind !== 'CMD-SHELL')) return undefined;
  return {
    args: kind === 'CMD' ? rest : [...(check.shell ?? SHELL), rest[0] ?? ''],
    intervalMs: check.intervalMs || DEFAULT_MS,
    timeoutMs: check.timeoutMs || DEFAULT_MS,
    startPeriodMs: check.startPeriodMs || 0,
    startIntervalMs: check.startIntervalMs || DEFAULT_START_INTERVAL_MS,
    retries: check.retries || DEFAULT_RETRIES,
  };
}

export const NOT_PROBED: HealthState = { status: 'starting', failingStreak: 0, log: [] };

/** A success is health at once; failures count after the start period, or as soon as there has been a success. */
export function withResult(health: HealthState, result: ProbeResult, probe: Probe, startedAt: Date): HealthState {
  const log = [...health.log, result].slice(-KEPT_RESULTS);
  if (result.exitCode === 0) return { status: 'healthy', failingStreak: 0, log };
  if (health.status === 'starting' && isStarting(probe, startedAt, result.startedAt)) return { ...health, log };
  const failingStreak = health.failingStreak + 1;
  return { status: failingStreak >= probe.retries ? 'unhealthy' : health.status, failingStreak, log };
}

/** From the end of the last probe, or from the start, to the next one. */
export function intervalNow(health: HealthState, probe: Probe, startedAt: Date, now: Date): number {
  return health.status === 'starting' && isStarting(probe, startedAt, now) ? probe.startIntervalMs : probe.intervalMs;
}

/** A clock that was set back to before the start would make the period last for ever: it counts as over. */
function isStarting({ startPeriodMs }: Probe, startedAt: Date, at: Date): boolean {
  const sinceStartMs = at.getTime() - startedAt.getTime();
  return sinceStartMs >= 0 && sinceStartMs < startPeriodMs;
}
