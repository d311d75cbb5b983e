import { EngineError, type ErrorDetails } from '#engine/errors/index.ts';
import type { ServerErrorCode } from './error-map.ts';

/** What the server throws where the engine has no word for it: no session, too many attempts, a code used before. */
export class AppError extends Error {
  readonly code: ServerErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ServerErrorCode, message: string, details: ErrorDetails = {}, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}

/** The refusal every gate gives; pages explain the permission by its name. */
export function deniedError(permission: string): EngineError {
  return new EngineError('denied', `This needs the permission ${permission}`, {
    reason: 'permission_missing',
    permission,
  });
}
