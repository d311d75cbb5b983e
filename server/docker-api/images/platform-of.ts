import { JsonObject } from '../codec/json-object.ts';
import { badRequest } from '../docker-error.ts';

/** The platform of a query as JSON of OCI's platform object; undefined when not asked for. */
export function platformOf(text: string | null) {
  if (text === null || text === '') return undefined;
  const platform = JsonObject.from(tryParse(text), 'platform');
  return {
    os: platform.text('os') ?? '',
    architecture: platform.text('architecture') ?? '',
    variant: platform.text('variant') || undefined,
  };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Nothing but the client's own text would be told.
    throw badRequest('failed to parse platform');
  }
}
