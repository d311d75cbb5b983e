import type { ContainerState } from '#engine/containers/index.ts';
import { fromJson, toJson } from './json.ts';

/** Of the state and of the runs of its health check. */
const MOMENTS = ['startedAt', 'finishedAt', 'nextAt', 'endedAt'];

/** Moments and the 64-bit start time as text; every other member as it is. */
export function stateToJson(state: ContainerState): string {
  // JSON.stringify writes a Date as its ISO text by itself, but refuses a bigint.
  return 'pidStartTicks' in state ? toJson({ ...state, pidStartTicks: String(state.pidStartTicks) }) : toJson(state);
}

/** @throws EngineError `data_corrupt` naming the row */
export function stateFromJson(text: string, row: string): ContainerState {
  return fromJson<ContainerState>(text, row, (key, value) => {
    if (key === 'restartedAt' && Array.isArray(value)) return value.map((at: string) => new Date(at));
    if (typeof value !== 'string') return value;
    if (key === 'pidStartTicks') return BigInt(value);
    return MOMENTS.includes(key) ? new Date(value) : value;
  });
}
