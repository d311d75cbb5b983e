import type { z } from 'zod';
import type { NumberedEvent } from '#engine/events/index.ts';
import type { Actor } from '#server/access/index.ts';
import type { Environment } from '../../environments/index.ts';
import { mayView } from '../../realtime/event-access.ts';
import { router } from '../init.ts';
import { procedure } from '../procedure.ts';
import { aboutObject } from './about-object.ts';
import { listEventsInput, pageEventsInput } from './events.schema.ts';

/** A loop writes many, of which one line is made. */
const PAGE = 500;

/** The newest events first, of the kinds of object the caller may see, without routine. */
const list = procedure({ permission: 'event:view', audit: null })
  .input(listEventsInput)
  .query(({ ctx, input: { limit, ...asked } }) => find(ctx, asked).slice(-limit).reverse());

/** So many of them, and what comes `next` to go on after. */
const page = procedure({ permission: 'event:view', audit: null })
  .input(pageEventsInput)
  .query(({ ctx, input: { cursor, ...asked } }) => {
    const left = find(ctx, asked).filter(({ seq }) => cursor === undefined || seq < cursor);
    const events = left.slice(-PAGE).reverse();
    return { events, next: left.length > PAGE ? events.at(-1)?.seq : undefined };
  });

/** Oldest first. */
function find(
  ctx: { actor: Actor | undefined; environment: () => Pick<Environment, 'events'> },
  { type, object, operationId, ...query }: Omit<z.infer<typeof listEventsInput>, 'limit'>,
): NumberedEvent[] {
  const past = ctx
    .environment()
    .events.past(query)
    .filter((event) => event.routine !== true && mayView(ctx.actor, event));
  return (object === undefined ? past : aboutObject(past, object))
    .filter((event) => type === undefined || event.type === type)
    .filter((event) => operationId === undefined || event.operationId === operationId);
}

export const eventsRouter = router({ list, page });
