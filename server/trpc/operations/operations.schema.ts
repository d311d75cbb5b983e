import { z } from 'zod';
import { environmentInput } from '../input.schema.ts';

export const listOperationsInput = environmentInput.extend({
  states: z
    .array(z.enum(['running', 'succeeded', 'failed', 'cancelled', 'interrupted']))
    .max(5)
    .optional(),
  limit: z.number().int().min(1).max(500).default(100),
});
export const operationInput = environmentInput.extend({ operationId: z.string().min(1).max(64) });
