import { type Descriptor, type Digest, tryParseDigest } from '../oci/index.ts';
import { type ArchiveFiles, blobName } from './archive-files.ts';
import type { ImageVariants, KeptManifest } from './image-service.ts';
import { asArray, asObject, parseDescriptor } from './parse-image-json.ts';
import { parseStrictJson } from './strict-json.ts';

/** A blob of an archive that is no layer of an image. */
export interface ArchivedBlob {
  digest: Digest;
  sizeBytes: number;
  path: string;
  /** sha256 of the file, also where it is named by another algorithm. */
  fileDigest: Digest;
}

/** A manifest of an archive that is no image, with what it needs. */
export interface ArchivedManifest extends Pick<KeptManifest, 'descriptor' | 'kind'> {
  blobs: ArchivedBlob[];
}

// https://docs.docker.com/build/metadata/attestations/attestation-storage/
const TYPE = 'vnd.docker.reference.type';
const SUBJECT = 'vnd.docker.reference.digest';

/** The image manifest that an attestation speaks of. */
export function speaksOf({ descriptor }: Pick<KeptManifest, 'descriptor'>): Digest | undefined {
  return tryParseDigest(descriptor.annotations?.[SUBJECT] ?? '');
}

/**
 * Adds what an index names beside images to `kept`, so that the index is whole when it is saved again: attestations, images
 * of other systems, inner indexes. What the archive does not hold was left out by who made it.
 *
 * @throws EngineError `data_corrupt` when bytes are not those of their digest
 */
export async function keepManifest(
  archive: ArchiveFiles,
  descriptor: Descriptor,
  kept: ArchivedManifest[],
): Promise<void> {
  const { digest } = descriptor;
  if (kept.some((other) => other.descriptor.digest === digest) || !archive.has(blobName(digest))) return;
  const manifest = asObject(parseStrictJson(await archive.blob(descriptor, 'an index'), digest), digest);
  const isIndex = manifest['manifests'] !== undefined;
  const parts = isIndex ? [] : partsOf(manifest, digest);
  const there = [descriptor, ...parts].filter((part) => archive.has(blobName(part.digest)));
  const blobs = there.map((part) => {
    const { path, digest: fileDigest, sizeBytes } = archive.blobFile(part, digest);
    return { digest: part.digest, sizeBytes, path, fileDigest };
  });
  kept.push({ descriptor, kind: isIndex ? 'index' : kindOf(descriptor), blobs: uniqueBlobs(blobs) });
}

function partsOf(manifest: Record<string, unknown>, digest: Digest): Descriptor[] {
  const named = [manifest['config'] ?? [], manifest['layers'] ?? []].flat();
  return asArray(named, digest).map((item) => parseDescriptor(item, `A descriptor of ${digest}`));
}

function kindOf(descriptor: Descriptor): KeptManifest['kind'] {
  return descriptor.annotations?.[TYPE] === 'attestation-manifest' ? 'attestation' : 'other';
}

function uniqueBlobs<T extends { digest: Digest }>(blobs: readonly T[]): T[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

/** Every blob that a name keeps beside its images. */
export function blobsOfName(variants: ImageVariants | undefined): Digest[] {
  const own = variants?.indexDigest === undefined ? [] : [variants.indexDigest];
  return [...new Set([...own, ...othersOf(variants).map(({ digest }) => digest)])];
}

/** Blobs of what an index leads to beside images, each once. */
export function othersOf(variants: ImageVariants | undefined): KeptManifest['blobs'] {
  return uniqueBlobs((variants?.others ?? []).flatMap(({ blobs }) => blobs));
}
