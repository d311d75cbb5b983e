import { assertCan, can, type Resource } from './can.ts';
import type { Ownership } from './ownership.ts';
import type { Actor } from './roles.ts';

/** Nobody takes a name from an image that they may not name, by whatever entrance: tag, import, load or commit. */
export function guardNames(actor: Actor, ownership: Pick<Ownership, 'ownerOf'>): (image: string) => Promise<void> {
  return async (image) => assertCan(actor, 'image:tag', { createdBy: await ownership.ownerOf('image', image) });
}

const IMAGE_ACTIONS = ['tag', 'save', 'remove'] as const;

type ImageAction = (typeof IMAGE_ACTIONS)[number];

/** What the actor may do to an image, by the gate that decides when they do it. */
export function allowedOnImage(actor: Actor, image: Resource): ImageAction[] {
  return IMAGE_ACTIONS.filter((action) => can(actor, `image:${action}`, image));
}

/** The images among `only` that the actor may prune; undefined means all there are. */
export async function prunableImages<T extends string>(
  actor: Actor,
  ownership: Pick<Ownership, 'ownersOf'>,
  { only, parse }: { only?: readonly T[] | undefined; parse(id: string): T },
): Promise<readonly T[] | undefined> {
  if (can(actor, 'image:prune', {})) return only;
  const own = [...(await ownership.ownersOf('image'))]
    .filter(([, createdBy]) => can(actor, 'image:prune', { createdBy }))
    .map(([id]) => parse(id));
  return only === undefined ? own : own.filter((id) => only.includes(id));
}
