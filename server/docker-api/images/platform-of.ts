import { JsonObject } from '../codec/json-object.ts';
import { badRequest } from '../docker-error.ts';
import { assertShape, type BodyShape, object, text } from '../shapes/shape.ts';

/** The platform of a query as JSON of OCI's platform object; undefined when not asked for. */
export function platformOf(query: string | null) {
  if (query === null || query === '') return undefined;
  const parsed = tryParse(query);
  assertShape(parsed, PLATFORM);
  const platform = parsed === null ? JsonObject.empty() : JsonObject.from(parsed, 'platform');
  return {
    os: platform.text('os') ?? '',
    architecture: platform.text('architecture') ?? '',
    variant: platform.text('variant') || undefined,
  };
}

const PLATFORM: BodyShape = {
  name: 'Platform',
  shape: object('v1.Platform', { os: text(), architecture: text(), variant: text() }),
};

function tryParse(query: string): unknown {
  try {
    return JSON.parse(query);
  } catch {
    // Nothing but the client's own text would be told.
    throw badRequest('failed to parse platform');
  }
}
