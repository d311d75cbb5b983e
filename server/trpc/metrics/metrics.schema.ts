import { z } from 'zod';
import { containerInput } from '../containers/containers.schema.ts';
import { environmentInput } from '../input.schema.ts';

const time = z.coerce.date();

/** Both ends or none: without them the last `lastSeconds`. */
const range = {
  from: time.optional(),
  to: time.optional(),
  lastSeconds: z
    .number()
    .int()
    .min(10)
    .max(366 * 86_400)
    .default(900),
  /** At most so many points, about. */
  points: z.number().int().min(2).max(1_000).default(600),
};

const isOrdered = ({ from, to }: { from?: Date | undefined; to?: Date | undefined }) =>
  (from === undefined) === (to === undefined) && (from === undefined || to === undefined || from < to);

export const hostMetricsInput = environmentInput.extend(range).refine(isOrdered, 'range_order');
export const containerMetricsInput = containerInput.extend(range).refine(isOrdered, 'range_order');
export const removedMetricsInput = environmentInput
  .extend({ ...range, removedName: z.string().min(1).max(255) })
  .refine(isOrdered, 'range_order');
