/** For programs; the closed list that every entrance maps to its own status. */
export const ENGINE_ERROR_CODES = [
  'invalid_argument',
  'not_found',
  'already_exists',
  'conflict',
  'in_use',
  'denied',
  'unsupported',
  'unavailable',
  'resource_exhausted',
  'cancelled',
  'deadline_exceeded',
  'data_corrupt',
  'internal',
] as const;

export type EngineErrorCode = (typeof ENGINE_ERROR_CODES)[number];

/**
 * Values for the page, which renders the sentence in its own language.
 * `reason` names the case within a code in snake_case (`port_in_use`, `name_taken`): the message files have a text per reason.
 */
export interface ErrorDetails {
  reason?: string;
  [key: string]: unknown;
}

/** What the engine throws. `message` is one sentence for people: what and which, no final period, no blame. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly details: ErrorDetails;

  constructor(code: EngineErrorCode, message: string, details: ErrorDetails = {}, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
    this.details = details;
  }
}

export function isEngineError(error: unknown, code?: EngineErrorCode): error is EngineError {
  return error instanceof EngineError && (code === undefined || error.code === code);
}

/** The `errno` code of a system error, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
