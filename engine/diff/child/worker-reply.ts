import { type EngineErrorCode, type ErrorDetails, isEngineError } from '../../errors/index.ts';
import { systemCode, toEngineError } from '../file/posix.ts';

/** How a child tells its failure: an error of ours as it is, any other as `internal` with this reason. */
export function toFailedReply(
  thrown: unknown,
  reason: string,
): { type: 'failed'; code: EngineErrorCode; message: string; details: ErrorDetails } {
  const error = toEngineError(thrown);
  if (isEngineError(error)) return { type: 'failed', code: error.code, message: error.message, details: error.details };
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'failed', code: 'internal', message, details: { reason, errno: systemCode(error) } };
}
