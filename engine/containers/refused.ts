import { EngineError } from '../errors/index.ts';

/** A field of a request that cannot be; forms look at `field` and `reason`, clients of Docker at the words. */
export function refused(
  reason: string,
  field: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): EngineError {
  return new EngineError('invalid_argument', message, { ...details, reason, field });
}
