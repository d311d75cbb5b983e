import { useMessages, useTranslations } from 'next-intl';

/** What the server says about a failure; the browser makes the sentence in its own language. */
export interface Failure {
  code: string;
  reason: string | undefined;
  params: Record<string, string | number>;
  /** The same with lists and objects: which fields, which containers. */
  details: Readonly<Record<string, unknown>>;
  /** The engine's own English sentence, shown under Details. */
  message: string;
  requestId: string | undefined;
}

/** From a tRPC client error, a JSON answer of an upload, or anything thrown. A missing answer becomes `network`. */
export function toFailure(error: unknown): Failure {
  const wire = findWire(error);
  if (wire !== undefined) {
    return {
      code: String(wire['code']),
      reason: typeof wire['reason'] === 'string' ? wire['reason'] : undefined,
      params: toParams(wire['params']),
      details: isRecord(wire['params']) ? wire['params'] : {},
      message: typeof wire['message'] === 'string' ? wire['message'] : '',
      requestId: typeof wire['requestId'] === 'string' ? wire['requestId'] : undefined,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  const code = isRecord(error) && isRecord(error['data']) ? fromTrpcCode(error['data']['code']) : 'network';
  return { code, reason: undefined, params: {}, details: {}, message, requestId: undefined };
}

const TRPC_CODES: Record<string, string> = {
  UNAUTHORIZED: 'unauthenticated',
  FORBIDDEN: 'denied',
  NOT_FOUND: 'not_found',
  BAD_REQUEST: 'invalid_argument',
  CONFLICT: 'conflict',
  TOO_MANY_REQUESTS: 'throttled',
};

function fromTrpcCode(code: unknown): string {
  return (typeof code === 'string' ? TRPC_CODES[code] : undefined) ?? 'internal';
}

/** The wire error sits in `data.error`, `data.wire` or `shape.data` of a tRPC error, or is the whole JSON answer. */
function findWire(error: unknown): Record<string, unknown> | undefined {
  if (!isRecord(error)) return undefined;
  const data = isRecord(error['data']) ? error['data'] : undefined;
  for (const candidate of [data?.['error'], data?.['wire'], data?.['failure'], error['error'], data, error]) {
    if (isRecord(candidate) && typeof candidate['code'] === 'string' && 'params' in candidate) return candidate;
  }
  return undefined;
}

function toParams(value: unknown): Record<string, string | number> {
  const params: Record<string, string | number> = {};
  if (!isRecord(value)) return params;
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry === 'string' || typeof entry === 'number') params[key] = entry;
    else if (isRecord(entry) && typeof entry['name'] === 'string') params[key] = entry['name'];
  }
  return params;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The sentence for a failure: by reason, else by code; a text whose values are missing is not used. */
export function useFailureText(): (failure: Failure) => string {
  const t = useTranslations('error');
  const { error: texts } = useMessages() as { error?: Readonly<Record<string, unknown>> };
  return (failure) => {
    for (const key of [failure.reason, failure.code]) {
      if (key === undefined || !t.has(key)) continue;
      if (valuesOf(texts?.[key]).every((name) => name in failure.params)) return t(key, failure.params);
    }
    return failure.message === '' ? t('internal') : failure.message;
  };
}

/** Names of the values that a message needs; the build has turned it into its pieces, each value an array with its name first. */
function valuesOf(message: unknown): string[] {
  if (!Array.isArray(message)) return [];
  return message.flatMap((piece: unknown): string[] => {
    if (!Array.isArray(piece)) return [];
    const [name, , choices] = piece as [unknown, unknown, unknown];
    const nested = isRecord(choices) && !Array.isArray(choices) ? Object.values(choices) : [];
    return [String(name), ...nested.flatMap(valuesOf)];
  });
}
