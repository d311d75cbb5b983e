import { EngineError } from '../errors/index.ts';
import { type Digest, tryParseDigest } from '../oci/index.ts';

/** The parts of an image's name, after Docker's defaults for domain and `library/` are filled in. */
interface Reference {
  /** `docker.io`, `localhost:5000`, `[::1]:443`. */
  domain: string;
  /** `library/nginx`, `team/app`. */
  path: string;
  tag?: string;
  digest?: Digest;
}

const DEFAULT_DOMAIN = 'docker.io';
const OFFICIAL_PREFIX = 'library/';
const MAX_PATH_LENGTH = 255;

const HOST_LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const PATH_PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';

// The grammar of distribution/reference; JavaScript's `$` without the m flag is the end of the text, as Go's.
const GRAMMAR = new RegExp(
  `^(?<domain>${DOMAIN})/(?<path>${PATH_PART}(?:/${PATH_PART})*)(?::(?<tag>${TAG}))?(?:@(?<digest>${DIGEST}))?$`,
);
const _WHOLE_TAG = new RegExp(`^${TAG}$`);
const FULL_ID = /^[0-9a-f]{64}$/;
/** Longer texts are refused before any expression sees them; the longest legal reference is well below. */
const MAX_TEXT_LENGTH = 2048;

/**
 * Parses an image name as the docker CLI does.
 *
 * @throws EngineError `invalid_argument` (reason `reference_invalid`) with Docker's wording
 */
export function parseReference(text: string): Reference {
  if (FULL_ID.test(text)) {
    throw invalid(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`, text);
  }
  if (text.length > MAX_TEXT_LENGTH) throw invalid('invalid reference format', text);
  const { domain, rest } = splitDomain(text);
  const repository = rest.split(':', 1)[0] ?? '';
  if (repository.toLowerCase() !== repository) {
    throw invalid(`invalid reference format: repository name (${repository}) must be lowercase`, text);
  }
  const groups = GRAMMAR.exec(`${domain}/${rest}`)?.groups;
  const path = groups?.['path'];
  if (path === undefined) throw invalid('invalid reference format', text);
  if (path.length > MAX_PATH_LENGTH) {
    throw invalid('repository name must not be more than 255 characters', text);
  }
  const reference: Reference = { domain, path };
  if (groups?.['tag'] !== undefined) reference.tag = groups['tag'];
  if (groups?.['digest'] !== undefined) reference.digest = checkedDigest(groups['digest'], text);
  return reference;
}

/** As `parseReference`, but undefined for a text that is no reference. */
export function tryParseReference(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}

/** The full text with domain; `latest` when there is neither tag nor digest: `nginx` → `docker.io/library/nginx:latest`. */
export function normalizeReference(reference: string | Reference): string {
  const parsed = typeof reference === 'string' ? parseReference(reference) : reference;
  return `${parsed.domain}/${parsed.path}${suffixOf(withDefaultTag(parsed))}`;
}

/** The short form people type: `docker.io/library/nginx:1.27` → `nginx:1.27`. Tag and digest stay as they are. */
export function familiarReference(reference: string | Reference): string {
  const parsed = typeof reference === 'string' ? parseReference(reference) : reference;
  return `${familiarName(parsed)}${suffixOf(parsed)}`;
}

/** The short form of the repository alone, without tag or digest. */
export function familiarName({ domain, path }: Reference): string {
  if (domain !== DEFAULT_DOMAIN) return `${domain}/${path}`;
  const name = path.startsWith(OFFICIAL_PREFIX) ? path.slice(OFFICIAL_PREFIX.length) : path;
  return name.includes('/') ? path : name;
}

/** Adds the tag `latest` to a reference that has neither tag nor digest. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}

function suffixOf({ tag, digest }: Reference): string {
  return `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

function splitDomain(text: string): { domain: string; rest: string } {
  const slash = text.indexOf('/');
  if (slash < 0) return { domain: DEFAULT_DOMAIN, rest: OFFICIAL_PREFIX + text };
  const first = text.slice(0, slash);
  const rest = text.slice(slash + 1);
  if (first === 'index.docker.io' || first === DEFAULT_DOMAIN) {
    return { domain: DEFAULT_DOMAIN, rest: rest.includes('/') ? rest : OFFICIAL_PREFIX + rest };
  }
  // Capitals cannot occur in a path, so such a first part can only be meant as a host.
  const isHost = first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first;
  return isHost ? { domain: first, rest } : { domain: DEFAULT_DOMAIN, rest: text };
}

function checkedDigest(digest: string, text: string): Digest {
  const known = tryParseDigest(digest);
  if (known !== undefined) return known;
  const [algorithm, hex = ''] = digest.split(':');
  const length = algorithm === 'sha256' ? 64 : algorithm === 'sha512' ? 128 : undefined;
  if (length === undefined) throw invalid('unsupported digest algorithm', text);
  throw invalid(hex.length === length ? 'invalid checksum digest format' : 'invalid checksum digest length', text);
}

function invalid(message: string, text: string): EngineError {
  return new EngineError('invalid_argument', message, { reason: 'reference_invalid', reference: text.slice(0, 300) });
}
