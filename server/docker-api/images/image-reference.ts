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
  if (tag === null || tag === '') {
    if (repository.startsWith('sha256:')) throw ambiguous();
    return familiarReference(parsed);
  }
  if (parsed.domain === 'docker.io' && parsed.path === 'library/sha256') throw ambiguous();
  if (!TAG.test(tag)) throw badRequest('invalid tag format');
  return familiarReference({ domain: parsed.domain, path: parsed.path, tag });
}

/** A name like the beginning of an id. */
function ambiguous() {
  return badRequest('refusing to create an ambiguous tag using digest algorithm as name', 'tag_ambiguous');
}
