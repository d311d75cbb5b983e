import type { EngineEvent } from '#engine/events/index.ts';
import { type Actor, can, type Permission } from '#server/access/index.ts';

const PERMISSION_OF = {
  container: 'container:view',
  image: 'image:view',
  network: 'network:view',
  volume: 'volume:view',
  daemon: 'host:view',
} as const satisfies Record<EngineEvent['type'], Permission>;

/** An event is for those who may see the object it is about. */
export function mayView(actor: Actor | undefined, event: EngineEvent): boolean {
  return can(actor, 'event:view') && can(actor, PERMISSION_OF[event.type]);
}

/** The kinds of objects whose events this actor may see. */
export function viewableTypes(actor: Actor | undefined): EngineEvent['type'][] {
  if (!can(actor, 'event:view')) return [];
  return (Object.keys(PERMISSION_OF) as EngineEvent['type'][]).filter((type) => can(actor, PERMISSION_OF[type]));
}
