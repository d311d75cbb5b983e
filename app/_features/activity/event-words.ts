import type { EngineEvent } from '../../_lib/trpc.ts';

/** Two names of Docker's for one thing, and what is told by its outcome. */
const SAME: Readonly<Record<string, string>> = {
  remove: 'destroy',
  delete: 'destroy',
  exec_detach: 'detach',
  'health_status: healthy': 'health_status_healthy',
  'health_status: unhealthy': 'health_status_unhealthy',
};

/** Told with the container that came or went, or the name before, where the event holds it. */
const WITH_OTHER: Readonly<Record<string, string>> = {
  connect: 'connectOne',
  disconnect: 'disconnectOne',
  rename: 'renameOne',
};

interface EventWords {
  kind: string;
  /** `by` begins with who did it, `alone` with the object. */
  form: 'by' | 'alone';
}

/**
 * The sentence that tells an event: beginning with who did it where somebody did, else with the object.
 *
 * @param has whether there is a sentence of this kind and form
 */
export function eventWords(
  { type, action, actor, attributes }: Pick<EngineEvent, 'type' | 'action' | 'actor' | 'attributes'>,
  has: (kind: string, form: EventWords['form']) => boolean,
): EventWords {
  // What runs is told after a colon.
  const verb = action.split(':')[0] ?? action;
  const kind = SAME[action] ?? SAME[verb] ?? verb;
  const other = type === 'network' ? attributes['container'] : attributes['oldName'];
  const kinds = [...(other === undefined ? [] : [WITH_OTHER[kind] ?? kind]), kind, 'other'];
  const forms = actor === undefined ? (['alone'] as const) : (['by', 'alone'] as const);
  const known = kinds.flatMap((one) => forms.map((form) => ({ kind: one, form })));
  return known.find((words) => has(words.kind, words.form)) ?? { kind: 'other', form: 'alone' };
}
