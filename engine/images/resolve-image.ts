import { EngineError } from '../errors/index.ts';
import { tryParseDigest } from '../oci/index.ts';
import {
  familiarReference,
  normalizeReference,
  parseReference,
  tryParseReference,
  withDefaultTag,
} from '../reference/index.ts';
import type { ImageRecord, ImageStore, ImageTag } from './image-service.ts';
import { fitsPlatform, type PlatformWish, platformMismatch, variantsOf } from './variants.ts';

/** How an image was found decides what `remove` does: a name is untagged, an id means the image. */
export interface ResolvedImage {
  image: ImageRecord;
  by: 'id' | 'reference';
  /** The name it was found by. */
  tag?: ImageTag | undefined;
}

/**
 * Finds by full id, name, or the first digits of an id, in Docker's order: a name made of hex digits wins over a short id.
 *
 * @throws EngineError `not_found` (reason `image_not_found`), `invalid_argument` for what is neither name nor id
 */
export async function resolveImage(
  store: ImageStore,
  text: string,
  { platform }: { platform?: PlatformWish | undefined } = {},
): Promise<ResolvedImage> {
  const resolved = await resolveName(store, text);
  if (platform === undefined || fitsPlatform(resolved.image.platform, platform)) return resolved;
  const candidates = resolved.tag === undefined ? [resolved.image] : await variantsOf(store, resolved.tag);
  const image = candidates.find((candidate) => fitsPlatform(candidate.platform, platform));
  if (image === undefined) throw platformMismatch(text, candidates, platform);
  return { ...resolved, image };
}

async function resolveName(store: ImageStore, text: string): Promise<ResolvedImage> {
  const full = tryParseDigest(text) ?? tryParseDigest(`sha256:${text}`);
  if (full !== undefined) return found(await store.get(full), 'id', text);
  const hex = /^(?:sha256:)?([0-9a-f]{1,64})$/.exec(text)?.[1];
  const reference = hex === undefined ? parseReference(text) : tryParseReference(text);
  if (reference !== undefined) {
    const named =
      reference.digest === undefined
        ? await store.getTag(normalizeReference(reference))
        : await findByDigest(store, reference.domain, reference.path, reference.digest);
    if (named !== undefined) return { ...found(await store.get(named.imageId), 'reference', text), tag: named };
  }
  if (hex !== undefined) {
    const [first, second] = await store.findByPrefix(hex);
    if (second !== undefined) {
      throw new EngineError('invalid_argument', `Multiple images match the id ${text}`, {
        reason: 'image_ambiguous',
        image: text,
      });
    }
    if (first !== undefined) return found(await store.get(first), 'id', text);
  }
  throw noSuchImage(text);
}

async function findByDigest(store: ImageStore, domain: string, path: string, digest: string) {
  for (const tag of await store.listTags()) {
    const other = parseReference(tag.reference);
    if (other.domain !== domain || other.path !== path) continue;
    const image = (await variantsOf(store, tag)).find(({ manifestDigest }) => manifestDigest === digest);
    if (image !== undefined) return { ...tag, imageId: image.id };
    if (tag.variants?.indexDigest === digest) return tag;
  }
  return undefined;
}

function found(image: ImageRecord | undefined, by: ResolvedImage['by'], text: string): ResolvedImage {
  if (image === undefined) throw noSuchImage(text);
  return { image, by };
}

function noSuchImage(text: string): EngineError {
  const reference = tryParseReference(text);
  const shown = reference === undefined ? text : familiarReference(withDefaultTag(reference));
  return new EngineError('not_found', `No such image: ${shown}`, { reason: 'image_not_found', image: shown });
}
