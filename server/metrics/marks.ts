import type { EngineEvent } from '#engine/events/index.ts';
import type { Mark } from './metrics-store.ts';

const KINDS: Readonly<Record<string, string>> = {
  start: 'start',
  die: 'exit',
  oom: 'oom',
  stop: 'stop',
  restart: 'restart',
  pause: 'pause',
  unpause: 'unpause',
  update: 'update',
};

const HEALTH = 'health_status: ';

/** What explains a change of a container's figures; undefined for other events. */
export function toMark(event: EngineEvent): Mark | undefined {
  const { action, id, at, attributes } = event;
  if (event.type !== 'container') return undefined;
  const mark = { at: at.getTime(), series: id };
  if (action.startsWith(HEALTH)) return { ...mark, kind: 'health', detail: action.slice(HEALTH.length) };
  const kind = KINDS[action];
  return kind === undefined
    ? undefined
    : { ...mark, kind, detail: action === 'die' ? (attributes['exitCode'] ?? '') : (event.actor ?? '') };
}
