import type { ImageSummary } from '#engine/images/index.ts';
import { familiarName, parseReference } from '#engine/reference/index.ts';
import { sendJson } from '../answer.ts';
import { toImageListItem, toManifest } from '../codec/images.ts';
import { pathMatch } from '../codec/path-match.ts';
import { type Filters, flagFilter, labelsMatch, parseFilters, parseUntil } from '../filters.ts';
import { flagOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { levelOf } from '../versions.ts';

/** The version from which a client may ask for them. */
const MANIFESTS = levelOf('1.47');
const KEYS = ['before', 'dangling', 'label', 'reference', 'since', 'until'];

export async function listImages(call: DockerCall): Promise<void> {
  const { res, environment, query, level } = call;
  const filters = parseFilters(query, KEYS);
  const { images } = environment;
  const wish = { ...namesWished(filters), all: flagOf(query, 'all') };
  const createdAt = async (key: string) => {
    const times = (filters.get(key) ?? []).map(async (name) => (await images.inspect(name)).createdAt.getTime());
    return await Promise.all(times);
  };
  const bounds = {
    before: await createdAt('before'),
    since: await createdAt('since'),
    until: (filters.get('until') ?? []).map((text) => parseUntil(text, new Date())),
  };
  const found = (await images.list()).filter((image) => isWanted(image, filters, bounds));
  const sharedSize = flagOf(query, 'shared-size');
  const shown = found.flatMap((image) => withNames(image, wish));
  const withManifests = level >= MANIFESTS && flagOf(query, 'manifests');
  const items = shown.map(async (image) => ({
    ...toImageListItem(image, { level, sharedSize }),
    ...(withManifests && { Manifests: (await images.manifests(image.id)).map(toManifest) }),
  }));
  sendJson(res, 200, await Promise.all(items));
}

interface Bounds {
  before: readonly number[];
  since: readonly number[];
  until: readonly Date[];
}

function isWanted(image: ImageSummary, filters: Filters, { before, since, until }: Bounds): boolean {
  const made = image.createdAt.getTime();
  return (
    labelsMatch(filters, image.labels) &&
    before.every((time) => made < time) &&
    since.every((time) => made > time) &&
    until.every((time) => made < time.getTime())
  );
}

interface NamesWished {
  patterns: readonly string[];
  dangling: boolean | undefined;
  /** Nameless ones too that others were committed on top of. */
  all: boolean;
}

/** @throws EngineError `invalid_argument`, whether there are images or not */
function namesWished(filters: Filters): Omit<NamesWished, 'all'> {
  const patterns = filters.get('reference') ?? [];
  for (const pattern of patterns) pathMatch(pattern, '');
  return { patterns, dangling: flagFilter(filters, 'dangling') };
}

/** Names that `reference` does not mean are left out, and the image with the last of them. */
function withNames(image: ImageSummary, { patterns, dangling, all }: NamesWished): ImageSummary[] {
  const fits = (name: string) => patterns.length === 0 || patterns.some((pattern) => matchesReference(pattern, name));
  const references = image.references.filter(fits);
  const repoDigests = image.repoDigests.filter(fits);
  const nameless = references.length + repoDigests.length === 0;
  if (nameless && (patterns.length > 0 || dangling === false)) return [];
  if (nameless && image.children.length > 0 && (!all || dangling === true)) return [];
  if (dangling === true && references.length > 0) return [];
  return [{ ...image, references, repoDigests }];
}

/** A pattern is for the name with its tag or for the repository alone. */
function matchesReference(pattern: string, name: string): boolean {
  return pathMatch(pattern, name) || pathMatch(pattern, familiarName(parseReference(name)));
}
