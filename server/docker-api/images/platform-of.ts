import { JsonObject } from '../codec/json-object.ts';
import { badRequest } from '../docker-error.ts';
import { jsonComplaint } from '../json-syntax.ts';
import { assertShape, type BodyShape, object, text } from '../shapes/shape.ts';

/** The platform of a query as JSON of OCI's platform object; undefined when not asked for. */
export function platformOf(query: string | null) {
  if (query === null || query === '') return undefined;
  const parsed = tryParse(query);
  assertShape(parsed, PLATFORM);
  const platform = parsed === null ? JsonObject.empty() : JsonObject.from(parsed, 'platform');
  const [os = '', architecture = ''] = [platform.text('os'), platform.text('architecture')];
  if (os === '' || architecture === '')
    throw badRequest('both OS and Architecture must be provided', 'platform_invalid');
  return { os, architecture, variant: platform.text('variant') || undefined };
}

/** The platforms of an image that are to go; each as above, and none may be empty. */
export function platformsOf(query: URLSearchParams) {
  return query.getAll('platforms').map((text) => platformOf(text === '' ? ' ' : text));
}

const PLATFORM: BodyShape = {
  name: 'Platform',
  shape: object('v1.Platform', { os: text(), architecture: text(), variant: text() }),
};

function tryParse(query: string): unknown {
  try {
    return JSON.parse(query);
  } catch (error) {
    const words = jsonComplaint(query, error)
      .replace(/^invalid JSON: /, '')
      .replace(/^unexpected EOF$/, 'unexpected end of JSON input');
    throw badRequest(`failed to parse platform: ${words}`, 'platform_invalid');
  }
}
