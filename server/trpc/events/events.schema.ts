import { z } from 'zod';
import { environmentInput } from '../input.schema.ts';

const values = z.array(z.string().max(512)).max(20);

const askedEvents = environmentInput.extend({
  type: z.enum(['container', 'image', 'network', 'volume', 'daemon']).optional(),
  /** Only events of this object, by its name or id. */
  object: z
    .strictObject({ type: z.enum(['container', 'image', 'network', 'volume']), key: z.string().max(512) })
    .optional(),
  /** Only events of this operation. */
  operationId: z.string().max(64).optional(),
  since: z.coerce.date().optional(),
  until: z.coerce.date().optional(),
  filters: z
    .strictObject({
      type: values.optional(),
      event: values.optional(),
      container: values.optional(),
      network: values.optional(),
      volume: values.optional(),
      daemon: values.optional(),
      image: values.optional(),
      label: values.optional(),
    })
    .optional(),
});

export const listEventsInput = askedEvents.extend({
  limit: z.number().int().min(1).max(2000).default(200),
  /** Only events after the one with this number. */
  afterSeq: z.number().int().nonnegative().optional(),
});

export const pageEventsInput = askedEvents.extend({
  /** The number that the page before ended with. */
  cursor: z.number().int().positive().optional(),
});
