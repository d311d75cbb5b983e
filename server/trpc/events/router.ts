import { mayView } from '../../realtime/event-access.ts';
import { router } from '../init.ts';
import { procedure } from '../procedure.ts';
import { listEventsInput } from './events.schema.ts';

/** The newest events first, of the kinds of object the caller may see, without routine. */
const list = procedure({ permission: 'event:view', audit: null })
  .input(listEventsInput)
  .query(({ ctx, input: { limit, type, objectId, since, until, afterSeq, filters } }) =>
    ctx
      .environment()
      .events.past({ since, until, afterSeq, filters })
      .filter((event) => event.routine !== true)
      .filter((event) => type === undefined || event.type === type)
      .filter((event) => objectId === undefined || event.id === objectId)
      .filter((event) => mayView(ctx.actor, event))
      .slice(-limit)
      .reverse(),
  );

export const eventsRouter = router({ list });
