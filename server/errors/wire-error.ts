import { ERROR_MAP, type ErrorCode } from './error-map.ts';
import { mappingOf, toKnownError } from './known-error.ts';

/** An error as every entrance sends it. The page has a sentence per `reason` and fills it from `params`. */
export interface WireError {
  code: ErrorCode;
  reason: string;
  params: Record<string, unknown>;
  /** One sentence in English: what clients without message files show. */
  message: string;
  requestId: string;
}

/** Details are for the page: what cannot be sent as JSON, or could be large, stays here. */
const MAX_PARAM_LENGTH = 2_000;

export function toWireError(error: unknown, requestId: string): WireError {
  const known = toKnownError(error);
  if (known === undefined || !ERROR_MAP[known.code].exposeText) {
    const message = 'Something went wrong in the server; its log has the details under this request id';
    return { code: 'internal', reason: 'internal', params: {}, message, requestId };
  }
  const { reason, ...details } = known.details;
  return {
    code: known.code,
    reason: typeof reason === 'string' ? reason : known.code,
    params: toParams(details),
    message: known.message,
    requestId,
  };
}

/** Whether the server's log should have it with its stack: our fault rather than the caller's. */
export function isServerFault(error: unknown): boolean {
  const { status } = mappingOf(error);
  return status >= 500 && status !== 501;
}

function toParams(details: Record<string, unknown>): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(details)) {
    const sendable = toParam(value);
    if (sendable !== undefined) params[key] = sendable;
  }
  return params;
}

function toParam(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, MAX_PARAM_LENGTH);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return undefined;
  if (typeof value !== 'object') return undefined;
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
  return text.length <= MAX_PARAM_LENGTH ? JSON.parse(text) : undefined;
}
