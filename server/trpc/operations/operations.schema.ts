import { z } from 'zod';
import { environmentInput } from '../input.schema.ts';

export const listOperationsInput = environmentInput.extend({
  states: z
    .array(z.enum(['running', 'succeeded', 'failed', 'cancelled', 'interrupted']))
    .max(5)
    .optional(),
  limit: z.number().int().min(1).max(500).default(100),
});
const kinds = z.array(z.string().max(64)).max(100);
export const pageOperationsInput = listOperationsInput.omit({ limit: true }).extend({
  kinds: kinds.optional(),
  actorName: z.string().max(255).optional(),
  object: z.strictObject({ type: z.string().max(32), key: z.string().max(512) }).optional(),
  /** Each is part of the object, of the person or of the kind, or means one of these kinds in the reader's language. */
  words: z
    .array(z.strictObject({ text: z.string().min(1).max(255), kinds }))
    .max(20)
    .optional(),
  /** The id that the page before ended with. */
  cursor: z.string().max(64).optional(),
});
export const operationInput = environmentInput.extend({ operationId: z.string().min(1).max(64) });
