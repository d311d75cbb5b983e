import type { EngineEvent } from '../../_lib/trpc.ts';

/** Two names of Docker's for one thing. */
const SAME: Readonly<Record<string, string>> = { remove: 'destroy', delete: 'destroy', exec_detach: 'detach' };

/**
 * The key of the sentence that tells an event: beginning with who did it where somebody did, else with the object. With the
 * container that came or went, and the name before a renaming, where the event holds it.
 *
 * @param has whether there is a sentence of this key
 */
export function sentenceKey(
  { type, action, actor, attributes }: Pick<EngineEvent, 'type' | 'action' | 'actor' | 'attributes'>,
  has: (key: string) => boolean,
): string {
  const health = /^health_status: (healthy|unhealthy)$/.exec(action)?.[1];
  // What runs is told after a colon.
  const verb = action.split(':')[0] ?? action;
  const kind = health === undefined ? (SAME[verb] ?? verb) : `health_status_${health}`;
  const other = type === 'network' ? attributes['container'] : attributes['oldName'];
  const kinds = other === undefined ? [kind, 'other'] : [`${kind}One`, kind, 'other'];
  const forms = actor === undefined ? ['alone'] : ['by', 'alone'];
  const known = kinds.flatMap((one) => forms.map((form) => `${one}.${form}`)).find(has);
  return known ?? 'other.alone';
}
