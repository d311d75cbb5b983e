import type { EngineErrorCode } from '#engine/errors/index.ts';

/** tRPC's names, spelled out so that this layer does not depend on it. */
type TrpcCode =
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNPROCESSABLE_CONTENT'
  | 'TOO_MANY_REQUESTS'
  | 'CLIENT_CLOSED_REQUEST'
  | 'INTERNAL_SERVER_ERROR'
  | 'NOT_IMPLEMENTED'
  | 'SERVICE_UNAVAILABLE'
  | 'TIMEOUT';

export interface ErrorMapping {
  status: number;
  trpc: TrpcCode;
  /** Whether message and details may leave the server; otherwise the answer is a sentence of ours. */
  exposeText: boolean;
}

/** The cases the server adds to the engine's: they exist only where there are users. */
export type ServerErrorCode = 'unauthenticated' | 'throttled' | 'gone' | 'payload_too_large';

export type ErrorCode = EngineErrorCode | ServerErrorCode;

/** The only map from codes to the outside. A new code does not compile until it has its line here. */
export const ERROR_MAP = {
  invalid_argument: { status: 400, trpc: 'BAD_REQUEST', exposeText: true },
  not_found: { status: 404, trpc: 'NOT_FOUND', exposeText: true },
  already_exists: { status: 409, trpc: 'CONFLICT', exposeText: true },
  conflict: { status: 409, trpc: 'CONFLICT', exposeText: true },
  in_use: { status: 409, trpc: 'CONFLICT', exposeText: true },
  denied: { status: 403, trpc: 'FORBIDDEN', exposeText: true },
  unsupported: { status: 501, trpc: 'NOT_IMPLEMENTED', exposeText: true },
  unavailable: { status: 503, trpc: 'SERVICE_UNAVAILABLE', exposeText: true },
  resource_exhausted: { status: 507, trpc: 'UNPROCESSABLE_CONTENT', exposeText: true },
  cancelled: { status: 499, trpc: 'CLIENT_CLOSED_REQUEST', exposeText: true },
  deadline_exceeded: { status: 504, trpc: 'TIMEOUT', exposeText: true },
  data_corrupt: { status: 422, trpc: 'UNPROCESSABLE_CONTENT', exposeText: true },
  internal: { status: 500, trpc: 'INTERNAL_SERVER_ERROR', exposeText: false },
  unauthenticated: { status: 401, trpc: 'UNAUTHORIZED', exposeText: true },
  throttled: { status: 429, trpc: 'TOO_MANY_REQUESTS', exposeText: true },
  // What was there once and is no more, such as the setup: nobody needs to learn the difference.
  gone: { status: 404, trpc: 'NOT_FOUND', exposeText: true },
  payload_too_large: { status: 413, trpc: 'PAYLOAD_TOO_LARGE', exposeText: true },
} as const satisfies Record<ErrorCode, ErrorMapping>;
