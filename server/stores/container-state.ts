import type { ContainerState } from '#engine/containers/index.ts';
import { fromJson, toJson } from './json.ts';

/** Dates and the 64-bit start time as text; every other member as it is. */
type StoredState = { [key: string]: unknown; status: ContainerState['status'] };

const DATES = ['startedAt', 'finishedAt', 'nextAt'] as const;

export function stateToJson(state: ContainerState): string {
  // JSON.stringify writes a Date as its ISO text by itself, but refuses a bigint.
  return 'pidStartTicks' in state ? toJson({ ...state, pidStartTicks: String(state.pidStartTicks) }) : toJson(state);
}

export function stateFromJson(text: string, row: string): ContainerState {
  const state: StoredState = fromJson(text, row);
  for (const key of DATES) {
    const value = state[key];
    if (typeof value === 'string') state[key] = new Date(value);
  }
  const restarts = state['restartedAt'];
  if (Array.isArray(restarts)) state['restartedAt'] = restarts.map((at) => new Date(at as string));
  reviveHealth(state['health']);
  const ticks = state['pidStartTicks'];
  if (typeof ticks === 'string') state['pidStartTicks'] = BigInt(ticks);
  return state as unknown as ContainerState;
}

function reviveHealth(health: unknown): void {
  if (typeof health !== 'object' || health === null || !('log' in health) || !Array.isArray(health.log)) return;
  for (const result of health.log as Record<string, unknown>[]) {
    for (const key of ['startedAt', 'endedAt']) {
      const value = result[key];
      if (typeof value === 'string') result[key] = new Date(value);
    }
  }
}
