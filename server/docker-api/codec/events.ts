import type { EngineEvent } from '#engine/events/index.ts';
import type { Filters } from '../filters.ts';
import { labelsMatch } from '../filters.ts';

/** A message of `/events`. The members in small letters are those of Docker 1.9, which had containers and images only. */
export function toEventMessage({ type, action, id, attributes, at }: EngineEvent) {
  const legacy = {
    status: action,
    ...(id !== '' && { id }),
    ...(type === 'container' && attributes['image'] !== undefined && { from: attributes['image'] }),
  };
  const ms = at.getTime();
  return {
    ...((type === 'container' || type === 'image') && legacy),
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: attributes },
    scope: 'local',
    time: Math.floor(ms / 1000),
    // Beyond 2^53, but its shortest decimal form is the one meant.
    timeNano: ms * 1_000_000,
  };
}

/** These actions carry what they did after a colon, and are also asked for without it. */
const ACTIONS_WITH_DETAIL = ['exec_create', 'exec_start', 'health_status'];

/**
 * Docker's rules: `container=x` also finds what other objects' events tell of a thing of that name, by the beginning of id or
 * name. Keys it does not know let everything pass.
 */
export function eventMatches(filters: Filters, { type, action, id, attributes }: EngineEvent): boolean {
  const actions = filters.get('event') ?? [];
  const detailed = actions.some((wanted) => ACTIONS_WITH_DETAIL.includes(wanted));
  const name = attributes['name'] ?? '';
  const image = attributes[type === 'image' ? 'name' : 'image'] ?? '';
  const begins = (key: string) => anyOf(filters, key, (wanted) => id.startsWith(wanted) || name.startsWith(wanted));
  return (
    anyOf(filters, 'event', (wanted) => (detailed ? action.startsWith(wanted) : action === wanted)) &&
    anyOf(filters, 'type', (wanted) => type === wanted) &&
    anyOf(filters, 'scope', (wanted) => 'local'.startsWith(wanted)) &&
    ['container', 'volume', 'network', 'daemon', 'plugin'].every(begins) &&
    anyOf(filters, 'image', (wanted) => [id, image, withoutTag(id), withoutTag(image)].includes(wanted)) &&
    labelsMatch(filters, attributes)
  );
}

/** True for a key nobody asked for. */
function anyOf(filters: Filters, key: string, isMatch: (wanted: string) => boolean): boolean {
  const values = filters.get(key) ?? [];
  return values.length === 0 || values.some(isMatch);
}

function withoutTag(image: string): string {
  return image.replace(/:[^:/]*$/, '');
}
