import { z } from 'zod';
import { environmentInput } from '../input.schema.ts';

export const listEventsInput = environmentInput.extend({
  limit: z.number().int().min(1).max(2000).default(200),
  type: z.enum(['container', 'image', 'network', 'volume', 'daemon']).optional(),
  /** Only events of this object. */
  objectId: z.string().max(255).optional(),
});
