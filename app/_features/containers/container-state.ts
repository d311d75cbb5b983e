import type { ContainerState } from '../../_lib/trpc.ts';

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

/** A state that somebody should look at. A stop on request is none, whatever the exit code. */
export function isProblem(state: ContainerState): boolean {
  const kind = chipKind(state);
  if (kind === 'failed' && state.status === 'exited') return state.stoppedBy === undefined;
  return kind === 'failed' || kind === 'oom' || kind === 'dead' || kind === 'restarting' || kind === 'unhealthy';
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

export type StateFilter = 'all' | 'running' | 'stopped' | 'problems';

export function matchesFilter(state: ContainerState, filter: StateFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'running':
      return state.status === 'running' || state.status === 'paused' || state.status === 'restarting';
    case 'stopped':
      return state.status === 'exited' || state.status === 'created' || state.status === 'dead';
    case 'problems':
      return isProblem(state);
  }
}
