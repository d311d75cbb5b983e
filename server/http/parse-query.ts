import type { z } from 'zod';
import { EngineError } from '#engine/errors/index.ts';
import { invalidInput } from '../errors/index.ts';

/** @throws EngineError `invalid_argument` with the fields */
export function parseQuery<T extends z.ZodObject>(schema: T, query: URLSearchParams): z.output<T> {
  const result = schema.safeParse(Object.fromEntries(query));
  if (result.success) return result.data;
  throw new EngineError('invalid_argument', 'The request has settings that cannot be used', invalidInput(result.error));
}
