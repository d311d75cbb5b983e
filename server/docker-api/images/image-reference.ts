import { familiarReference, parseReference } from '#engine/reference/index.ts';
import { badRequest } from '../docker-error.ts';

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/**
 * The name that `repo` and `tag` of a query make.
 * @throws EngineError `invalid_argument` with dockerd's texts
 */
export function imageReference(repository: string, tag: string | null): string {
  const parsed = parseReference(repository);
  if (parsed.digest !== undefined) throw badRequest('refusing to create a tag with a digest reference');
  if (tag === null || tag === '') return familiarReference(parsed);
  if (!TAG.test(tag)) throw badRequest('invalid tag format');
  return familiarReference({ domain: parsed.domain, path: parsed.path, tag });
}
