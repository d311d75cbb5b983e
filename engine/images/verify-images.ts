import { algorithmOf, type ContentStore, hashFile } from '../content/index.ts';
import { errnoOf } from '../errors/index.ts';
import type { Digest } from '../oci/index.ts';
import type { Snapshotter } from '../snapshots/index.ts';
import { blobsOf, chainsOf } from './image-blobs.ts';
import type { ImageRecord, ImageStore } from './image-service.ts';
import { blobsOfName } from './kept-manifests.ts';

interface Deps {
  content: ContentStore;
  snapshots: Snapshotter;
  store: ImageStore;
}

/** What stored bytes, images and names lack, in words. Others go on meanwhile: what they remove lacks nothing. */
export async function verifyImages(deps: Deps): Promise<string[]> {
  const { content, store } = deps;
  const problems: string[] = [];
  for await (const { digest } of content.list()) {
    const actual = await actualDigest(content, digest);
    if (actual !== undefined && actual !== digest) {
      problems.push(`blob ${digest} has changed: its bytes have the digest ${actual}`);
    }
  }
  for (const image of await store.list()) {
    const lacking = await lackOfImage(deps, image);
    if (lacking.length > 0 && (await store.get(image.id)) !== undefined) problems.push(...lacking);
  }
  for (const { reference, variants } of await store.listTags()) {
    const lacking = await missingBlobs(content, blobsOfName(variants));
    if (lacking.length === 0) continue;
    const now = new Set(blobsOfName((await store.getTag(reference))?.variants));
    for (const digest of lacking) if (now.has(digest)) problems.push(`name ${reference} lacks its blob ${digest}`);
  }
  return problems;
}

/** Undefined: it was removed since it was listed. */
async function actualDigest(content: ContentStore, digest: Digest): Promise<Digest | undefined> {
  try {
    return (await hashFile(content.path(digest), algorithmOf(digest))).digest;
  } catch (cause) {
    // Whoever still names it is told of below.
    if (errnoOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

async function lackOfImage({ content, snapshots }: Deps, image: ImageRecord): Promise<string[]> {
  const blobs = await missingBlobs(content, new Set(blobsOf(image)));
  const lacking = blobs.map((digest) => `image ${image.id} lacks its blob ${digest}`);
  for (const chain of chainsOf(image)) {
    if ((await snapshots.find(chain)) === undefined) lacking.push(`image ${image.id} lacks its layer ${chain}`);
  }
  return lacking;
}

async function missingBlobs(content: ContentStore, digests: Iterable<Digest>): Promise<Digest[]> {
  const missing: Digest[] = [];
  for (const digest of digests) if ((await content.info(digest)) === undefined) missing.push(digest);
  return missing;
}
