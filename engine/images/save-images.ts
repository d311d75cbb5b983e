import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ContentStore } from '../content/index.ts';
import { END_OF_TAR, memberHeader, paddingFor } from '../diff/index.ts';
import { EngineError } from '../errors/index.ts';
import { openStep, type ProgressOptions } from '../lib/index.ts';
import { type Digest, MEDIA_TYPES } from '../oci/index.ts';
import {
  familiarName,
  familiarReference,
  normalizeReference,
  parseReference,
  tryParseReference,
} from '../reference/index.ts';
import { blobName } from './archive-files.ts';
import { blobsOf, chainsOf } from './image-blobs.ts';
import type { ImageRecord, ImageStore, SavedArchive } from './image-service.ts';
import { blobsOfName } from './kept-manifests.ts';
import { asObject } from './parse-image-json.ts';
import { resolveImage } from './resolve-image.ts';
import { corruptImage, parseStrictJson } from './strict-json.ts';
import { type PlatformWish, variantsOf } from './variants.ts';

/** One image of an archive with the names it is to have there, normalised and sorted. */
interface SavedImage {
  image: ImageRecord;
  /** What `manifest.json` calls it: it knows one platform of a name only. */
  references: readonly string[];
  /** Indexes that lead to it, with the names they are to have. */
  indexes: ReadonlyMap<Digest, readonly string[]>;
  /** Names it shares with other platforms without an index. */
  shared: readonly string[];
  /** What these indexes lead to beside images. */
  others: readonly Digest[];
}

interface Member {
  name: string;
  sizeBytes: number;
  /** Undefined for a folder. */
  content: Buffer | Digest | undefined;
}

/**
 * A docker-archive (`manifest.json`) that is an OCI layout as well (`index.json`), both over the same blobs as they are stored:
 * what was loaded with a manifest is saved with the same one. The bytes depend on images and names only.
 *
 * @throws EngineError `data_corrupt` when a blob is missing, or, from the stream, when its bytes have changed
 */
export async function openSavedArchive(
  content: ContentStore,
  images: readonly SavedImage[],
  opts: ProgressOptions = {},
): Promise<SavedArchive> {
  const members = await membersOf(content, images);
  const sizeBytes = members.reduce((sum, member) => sum + archivedBytes(member), END_OF_TAR.length);
  const stream = Readable.from(bytesOf(content, members, sizeBytes, opts), { objectMode: false });
  return { stream, sizeBytes };
}

async function membersOf(content: ContentStore, images: readonly SavedImage[]): Promise<Member[]> {
  const blobs = images.flatMap(({ image, indexes, others }) => [...blobsOf(image), ...indexes.keys(), ...others]);
  const digests = [...new Set(blobs)].sort();
  const algorithms = [...new Set(digests.map((digest) => digest.split(':')[0] ?? ''))];
  const members: Member[] = [folder('blobs/'), ...algorithms.map((algorithm) => folder(`blobs/${algorithm}/`))];
  for (const digest of digests) {
    const info = await content.info(digest);
    if (info === undefined) throw corruptImage(`The blob ${digest} is missing`, 'blob_missing');
    members.push({ name: blobName(digest), sizeBytes: info.sizeBytes, content: digest });
  }
  members.push(document('index.json', await indexOf(content, images)));
  members.push(document('manifest.json', dockerManifestOf(images)));
  members.push(document('oci-layout', { imageLayoutVersion: '1.0.0' }));
  const repositories = repositoriesOf(images);
  if (Object.keys(repositories).length > 0) members.push(document('repositories', repositories));
  return members;
}

/** OCI image-spec, image-layout.md §index.json; the annotations are those of containerd and Docker. */
async function indexOf(content: ContentStore, images: readonly SavedImage[]): Promise<object> {
  const manifests: object[] = [];
  const indexes = new Map(images.flatMap((image) => [...image.indexes]));
  for (const [digest, names] of indexes) {
    const descriptor = await descriptorOf(content, digest, MEDIA_TYPES.ociIndex);
    for (const name of names) manifests.push({ ...descriptor, annotations: annotationsOf(name) });
  }
  const inIndex = new Set([...indexes.values()].flat());
  for (const saved of images) {
    const { manifestDigest, platform } = saved.image;
    const names = [...new Set([...saved.references, ...saved.shared])].filter((name) => !inIndex.has(name));
    // What an index names needs no second mention.
    if (names.length === 0 && saved.indexes.size > 0) continue;
    const descriptor = await descriptorOf(content, manifestDigest, MEDIA_TYPES.ociManifest);
    for (const name of names.length === 0 ? [undefined] : names) {
      const annotations = name === undefined ? undefined : annotationsOf(name);
      manifests.push({ ...descriptor, ...(annotations !== undefined && { annotations }), platform });
    }
  }
  return { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests };
}

async function descriptorOf(content: ContentStore, digest: Digest, usual: string): Promise<object> {
  const bytes = await content.readAll(digest);
  const { mediaType } = asObject(parseStrictJson(bytes, digest), digest);
  return { mediaType: typeof mediaType === 'string' ? mediaType : usual, digest, size: bytes.length };
}

function annotationsOf(reference: string): Record<string, string> {
  const { tag } = parseReference(reference);
  return {
    'io.containerd.image.name': reference,
    ...(tag !== undefined && { 'org.opencontainers.image.ref.name': tag }),
  };
}

/** As `docker load` reads it. */
function dockerManifestOf(images: readonly SavedImage[]): object {
  return images.map(({ image, references }) => ({
    Config: blobName(image.id),
    RepoTags: references.length === 0 ? null : references.map((name) => familiarReference(name)),
    Layers: image.layers.map((layer) => blobName(layer.digest)),
    LayerSources: Object.fromEntries(
      image.layers.map(({ diffId, mediaType, digest, sizeBytes }) => [diffId, { mediaType, size: sizeBytes, digest }]),
    ),
  }));
}

/** The oldest form of names: repository, tag, topmost layer. */
function repositoriesOf(images: readonly SavedImage[]): Record<string, Record<string, string>> {
  const repositories: Record<string, Record<string, string>> = {};
  for (const { image, references } of images) {
    const top = chainsOf(image).at(-1)?.split(':')[1];
    for (const reference of top === undefined ? [] : references) {
      const parsed = parseReference(reference);
      const name = familiarName(parsed);
      repositories[name] = { ...repositories[name], [parsed.tag ?? 'latest']: top ?? '' };
    }
  }
  return repositories;
}

async function* bytesOf(
  content: ContentStore,
  members: readonly Member[],
  totalBytes: number,
  opts: ProgressOptions,
): AsyncGenerator<Buffer> {
  const { signal, onProgress } = opts;
  let doneBytes = 0;
  for (const member of members) {
    const digest = typeof member.content === 'string' ? member.content : undefined;
    // Folders and the documents that say what is inside are no parts that anybody waits for.
    const step = openStep(digest === undefined ? { onProgress } : opts, {
      id: digest ?? '',
      kind: 'pack',
      name: digest,
    });
    const beforeBytes = doneBytes;
    for await (const chunk of memberBytes(content, member)) {
      if (signal?.aborted) {
        throw new EngineError('cancelled', 'Saving the images was cancelled', {}, { cause: signal.reason });
      }
      yield chunk;
      doneBytes += chunk.length;
      onProgress?.({ doneBytes, totalBytes, step: digest });
    }
    step.end('done', doneBytes - beforeBytes);
  }
  yield END_OF_TAR;
  onProgress?.({ doneBytes: totalBytes, totalBytes });
}

async function* memberBytes(content: ContentStore, member: Member): AsyncGenerator<Buffer> {
  yield headerOf(member);
  if (Buffer.isBuffer(member.content)) yield member.content;
  else if (member.content !== undefined) yield* provenBlob(content, member.content, member.sizeBytes);
  yield paddingFor(member.sizeBytes);
}

/** An archive with bytes that have changed on the disk must not look whole. */
async function* provenBlob(content: ContentStore, digest: Digest, sizeBytes: number): AsyncGenerator<Buffer> {
  const [algorithm = ''] = digest.split(':');
  const hash = createHash(algorithm);
  let seen = 0;
  for await (const chunk of await content.read(digest)) {
    hash.update(chunk);
    seen += chunk.length;
    if (seen > sizeBytes) break;
    yield chunk;
  }
  if (seen === sizeBytes && `${algorithm}:${hash.digest('hex')}` === digest) return;
  throw new EngineError('data_corrupt', `The stored bytes of ${digest} have changed`, {
    reason: 'digest_mismatch',
    digest,
  });
}

function headerOf({ name, sizeBytes, content }: Member): Buffer {
  const kind = content === undefined ? 'folder' : 'file';
  const mode = kind === 'folder' ? 0o755 : 0o644;
  return memberHeader({ kind, name, mode, uid: 0, gid: 0, mtimeNs: 0n, size: sizeBytes, xattrs: new Map() });
}

function archivedBytes(member: Member): number {
  return headerOf(member).length + member.sizeBytes + paddingFor(member.sizeBytes).length;
}

function folder(name: string): Member {
  return { name, sizeBytes: 0, content: undefined };
}

function document(name: string, value: object): Member {
  const content = Buffer.from(JSON.stringify(value));
  return { name, sizeBytes: content.length, content };
}

/**
 * What the names mean, each image once with all of its names. An id stands for the image without names.
 *
 * @throws EngineError `not_found`, `invalid_argument`
 */
export async function imagesToSave(
  store: ImageStore,
  namesOrIds: readonly string[],
  platform?: PlatformWish,
): Promise<SavedImage[]> {
  if (namesOrIds.length === 0) {
    throw new EngineError('invalid_argument', 'At least one image is needed', { reason: 'no_images' });
  }
  const tags = await store.listTags();
  const found = new Map<string, Collected>();
  const entryOf = (image: ImageRecord): Collected => {
    const entry = found.get(image.id) ?? {
      image,
      references: new Set(),
      indexes: new Map(),
      shared: new Set(),
      others: [],
    };
    found.set(image.id, entry);
    return entry;
  };
  const add = async (nameOrId: string): Promise<void> => {
    const { image, by, tag } = await resolveImage(store, nameOrId, { platform });
    const entry = entryOf(image);
    const parsed = by === 'reference' ? parseReference(nameOrId) : undefined;
    if (parsed === undefined || parsed.digest !== undefined) return;
    const reference = normalizeReference(parsed);
    entry.references.add(reference);
    // One platform alone is saved as if the name meant nothing else.
    if (tag?.variants === undefined || platform !== undefined) return;
    const { indexDigest } = tag.variants;
    for (const variant of await variantsOf(store, tag)) {
      const other = entryOf(variant);
      other.others = [...other.others, ...blobsOfName(tag.variants)];
      if (indexDigest === undefined) other.shared.add(reference);
      else other.indexes.set(indexDigest, (other.indexes.get(indexDigest) ?? new Set()).add(reference));
    }
  };
  for (const nameOrId of namesOrIds) {
    const repository = repositoryOf(nameOrId);
    const all = tags.map((tag) => tag.reference).filter((tag) => repository !== undefined && isOf(tag, repository));
    for (const name of all.length > 0 ? all : [nameOrId]) await add(name);
  }
  const images = [...found.values()].map(({ image, references, indexes, shared, others }) => ({
    image,
    references: [...references].sort(),
    indexes: new Map([...indexes].map(([digest, names]) => [digest, [...names].sort()] as const)),
    shared: [...shared].sort(),
    others,
  }));
  const keyOf = ({ image, references }: SavedImage) => `${references[0] ?? '~'} ${image.id}`;
  return images.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

interface Collected {
  image: ImageRecord;
  references: Set<string>;
  indexes: Map<Digest, Set<string>>;
  shared: Set<string>;
  others: readonly Digest[];
}

/** Domain and path of a name without tag and digest. */
function repositoryOf(text: string): string | undefined {
  const parsed = tryParseReference(text);
  const bare = parsed !== undefined && parsed.tag === undefined && parsed.digest === undefined;
  return bare ? `${parsed.domain}/${parsed.path}` : undefined;
}

function isOf(reference: string, repository: string): boolean {
  const { domain, path } = parseReference(reference);
  return `${domain}/${path}` === repository;
}
