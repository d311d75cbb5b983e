import type { ContainerState, ContainerSummary } from '../../_lib/trpc.ts';

export type ChipKind =
  | 'running'
  | 'unhealthy'
  | 'probing'
  | 'paused'
  | 'restarting'
  | 'created'
  | 'exited'
  | 'failed'
  | 'oom'
  | 'dead'
  | 'removing';

/** Which chip a state wears: the same words everywhere. */
export function chipKind(state: ContainerState): ChipKind {
  switch (state.status) {
    case 'running':
      if (state.health?.status === 'unhealthy') return 'unhealthy';
      return state.health?.status === 'starting' ? 'probing' : 'running';
    case 'paused':
    case 'restarting':
    case 'dead':
    case 'removing':
      return state.status;
    case 'created':
      return state.error === undefined ? 'created' : 'failed';
    case 'exited':
      if (state.oomKilled) return 'oom';
      return state.exitCode === 0 ? 'exited' : 'failed';
  }
}

type Judged = Pick<ContainerSummary, 'state'>;

/** So many restarts in this time are a loop, however long one run of it lasts. */
const LOOP = { restarts: 3, withinMs: 600_000 };

/** How often its policy started it in the last ten minutes, when that is a loop; it stays one while a run of it lasts. */
export function loopOf({ state }: Judged): number | undefined {
  if (state.status !== 'restarting' && state.status !== 'running') return undefined;
  const from = Date.now() - LOOP.withinMs;
  const restarts = (state.restartedAt ?? []).filter((at) => at.getTime() >= from).length;
  return restarts >= LOOP.restarts ? restarts : undefined;
}

/** A state that somebody should look at. A stop on request is none, whatever the exit code; nor is a single restart. */
export function isProblem(container: Judged): boolean {
  const { state } = container;
  const kind = chipKind(state);
  if (kind === 'failed' && state.status === 'exited') return state.stoppedBy === undefined;
  if (kind === 'failed' || kind === 'oom' || kind === 'dead' || kind === 'unhealthy') return true;
  return loopOf(container) !== undefined;
}

/** Since when it is as it is; undefined where that is not recorded. */
export function stateSince(state: ContainerState): Date | undefined {
  switch (state.status) {
    case 'running':
    case 'paused':
      return state.startedAt;
    case 'exited':
    case 'dead':
    case 'restarting':
      return state.finishedAt;
    case 'created':
    case 'removing':
      return undefined;
  }
}

type Health = NonNullable<Extract<ContainerState, { pid: number }>['health']>;

/** When the first of the probes failed that have failed ever since; of more than are kept, by the time between them. */
export function unhealthySince({ log, failingStreak }: Health): Date | undefined {
  const first = log[0];
  const last = log.at(-1);
  if (first === undefined || last === undefined || failingStreak === 0) return undefined;
  if (failingStreak <= log.length) return log.at(-failingStreak)?.startedAt;
  // The shortest time between two: nobody probed while the server was away.
  const pauses = log
    .slice(1)
    .map((probe, index) => probe.startedAt.getTime() - (log[index] ?? first).startedAt.getTime());
  const everyMs = pauses.length === 0 ? 0 : Math.min(...pauses);
  return new Date(last.startedAt.getTime() - everyMs * (failingStreak - 1));
}

/** In so short a time one that is unhealthy may well get over it. */
const SICK_MS = 60_000;

/** From when on, by the clock, somebody is told of it; undefined for one that is no problem. */
export function needsYouFrom(container: Judged): number | undefined {
  if (!isProblem(container)) return undefined;
  const { state } = container;
  if (loopOf(container) !== undefined || chipKind(state) !== 'unhealthy' || !('health' in state)) return 0;
  const since = state.health && unhealthySince(state.health);
  return since === undefined ? 0 : since.getTime() + SICK_MS;
}

export type StateFilter = 'all' | 'running' | 'stopped' | 'problems';

export function matchesFilter(container: Judged, filter: StateFilter): boolean {
  const { state } = container;
  switch (filter) {
    case 'all':
      return true;
    case 'running':
      return state.status === 'running' || state.status === 'paused' || state.status === 'restarting';
    case 'stopped':
      return state.status === 'exited' || state.status === 'created' || state.status === 'dead';
    case 'problems':
      return isProblem(container);
  }
}
