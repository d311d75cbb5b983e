import type { EngineEvent } from './event-bus.ts';

/** Values of one key are alternatives, keys must all hold; labels must all be there. Keys and meaning are Docker's. */
export interface EventFilters {
  type?: readonly string[] | undefined;
  /** Actions; `exec_create`, `exec_start` and `health_status` stand for all of their kind. */
  event?: readonly string[] | undefined;
  /** Beginnings of ids or names. */
  container?: readonly string[] | undefined;
  network?: readonly string[] | undefined;
  volume?: readonly string[] | undefined;
  daemon?: readonly string[] | undefined;
  /** Of the image itself or of the container; with or without tag. */
  image?: readonly string[] | undefined;
  /** `key` or `key=value` */
  label?: readonly string[] | undefined;
}

const WITH_DETAIL = new Set(['exec_create', 'exec_start', 'health_status']);

export function matchesEvent(event: EngineEvent, filters: EventFilters): boolean {
  const { type, event: actions, label, image } = filters;
  if (isGiven(type) && !type.includes(event.type)) return false;
  if (isGiven(actions) && !actions.some((wanted) => isAction(event.action, wanted))) return false;
  if (isGiven(image) && !isOfImage(event, image)) return false;
  for (const kind of ['container', 'network', 'volume', 'daemon'] as const) {
    const wanted = filters[kind];
    if (isGiven(wanted) && !wanted.some((start) => isNamed(event, kind, start))) return false;
  }
  return (label ?? []).every((pair) => hasLabel(event, pair));
}

function isGiven(values: readonly string[] | undefined): values is readonly string[] {
  return values !== undefined && values.length > 0;
}

function isAction(action: string, wanted: string): boolean {
  return action === wanted || (WITH_DETAIL.has(wanted) && action.startsWith(`${wanted}:`));
}

function isNamed(event: EngineEvent, kind: EngineEvent['type'], start: string): boolean {
  if (event.type !== kind) return false;
  const name = event.name ?? event.attributes['name'] ?? '';
  return event.id.startsWith(start) || name.startsWith(start);
}

function isOfImage(event: EngineEvent, wanted: readonly string[]): boolean {
  const name = event.type === 'image' ? (event.name ?? event.attributes['name']) : event.attributes['image'];
  const names = [event.id, name ?? ''];
  return wanted.some((one) => names.includes(one) || names.map(withoutTag).includes(one));
}

function withoutTag(reference: string): string {
  return reference.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
}

function hasLabel({ attributes }: EngineEvent, pair: string): boolean {
  const equals = pair.indexOf('=');
  if (equals === -1) return Object.hasOwn(attributes, pair);
  return attributes[pair.slice(0, equals)] === pair.slice(equals + 1);
}
