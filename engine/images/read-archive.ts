import type { ArchiveEntry } from '../diff/index.ts';
import { EngineError } from '../errors/index.ts';
import { type Descriptor, type Digest, digestOf, type ImageConfig, MEDIA_TYPES } from '../oci/index.ts';
import { normalizeReference, tryParseReference } from '../reference/index.ts';
import { ArchiveFiles, blobName } from './archive-files.ts';
import { type ArchivedManifest, keepManifest, speaksOf } from './kept-manifests.ts';
import { asArray, asObject, asString, parseDescriptor, parseImageConfig } from './parse-image-json.ts';
import { corruptImage, parseStrictJson } from './strict-json.ts';
import { fitsPlatform, type PlatformWish, platformWords } from './variants.ts';

/** One image of an archive, checked as far as it can be without unpacking its layers. */
export interface ArchivedImage {
  id: Digest;
  config: ImageConfig;
  configBytes: Buffer;
  /** As it came; undefined for a docker-archive, whose manifest we write ourselves. */
  manifestBytes: Buffer | undefined;
  references: string[];
  /** The index through which each of the names leads to it, beside other platforms. */
  indexes: Map<string, ArchivedIndex>;
  /** From the bottom; a descriptor where the archive has a manifest. */
  layers: {
    path: string;
    digest: Digest;
    /** sha256 of the file, also where a manifest names it by another algorithm. */
    fileDigest: Digest;
    sizeBytes: number;
    descriptor: Descriptor | undefined;
  }[];
}

/** An image index (OCI image-spec, image-index.md) as it came. */
export interface ArchivedIndex {
  digest: Digest;
  bytes: Buffer;
  /** What it leads to beside images. */
  others: ArchivedManifest[];
}

const MAX_INDEX_DEPTH = 3;
const NAME_ANNOTATIONS = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];

/**
 * The images of an unpacked docker-archive (`manifest.json`) or OCI layout (`index.json`). Where both are, as Docker writes
 * since version 25, the first says which images and names there are, and the second gives them their manifests; but where
 * the second leads through indexes of its own, the first knows one platform only. Also the folder that skopeo writes.
 *
 * @param wish the only platform to read; none: all that the archive holds
 * @throws EngineError `data_corrupt` for anything that is missing, named twice or does not match, `not_found` when there is
 * nothing for the platform
 */
export async function readArchive(entries: readonly ArchiveEntry[], wish?: PlatformWish): Promise<ArchivedImage[]> {
  const archive = new ArchiveFiles(entries);
  const images = await readImages(archive);
  if (wish === undefined) return images;
  const wanted = images.filter(({ config }) => fitsPlatform(config, wish));
  if (wanted.length > 0) return wanted.map((image) => ({ ...image, indexes: narrowed(image.indexes, wanted) }));
  const words = `The archive holds no image for the platform ${platformWords(wish)}`;
  throw new EngineError('not_found', words, { reason: 'platform_missing', platform: platformWords(wish) });
}

/** Of what an index leads to, what speaks of the images that are read. */
function narrowed(indexes: ArchivedImage['indexes'], images: readonly ArchivedImage[]): ArchivedImage['indexes'] {
  const read = new Set(images.map(({ manifestBytes }) => manifestBytes && digestOf(manifestBytes)));
  return new Map(
    [...indexes].map(([name, index]) => {
      const others = index.others.filter((other) => other.kind === 'index' || read.has(speaksOf(other)));
      return [name, { ...index, others }];
    }),
  );
}

async function readImages(archive: ArchiveFiles): Promise<ArchivedImage[]> {
  if (archive.has('version') && archive.has('manifest.json')) return [await readFolder(archive)];
  const described = archive.has('index.json') ? await readOciLayout(archive) : undefined;
  if (archive.has('manifest.json') && !described?.some(({ indexes }) => indexes.size > 0)) {
    const images = await readDockerArchive(archive);
    return described === undefined ? images : withManifests(images, described);
  }
  if (described === undefined)
    throw corruptImage('The archive holds neither manifest.json nor index.json', 'archive_unknown');
  if (described.length === 0) throw corruptImage('index.json names no image', 'archive_empty');
  return described;
}

function withManifests(images: readonly ArchivedImage[], described: readonly ArchivedImage[]): ArchivedImage[] {
  return images.map((image) => {
    const same = described.find(
      ({ id, layers }) => id === image.id && layers.every(({ digest }, at) => digest === image.layers[at]?.digest),
    );
    return same === undefined ? image : { ...same, references: image.references };
  });
}

/** What `skopeo copy … dir:` makes: one manifest, and its blobs beside it by their hex digits. */
async function readFolder(archive: ArchiveFiles): Promise<ArchivedImage> {
  const bytes = await archive.bytes('manifest.json');
  const digest = digestOf(bytes);
  archive.alias(blobName(digest), 'manifest.json');
  const manifest = asObject(parseStrictJson(bytes, 'manifest.json'), 'manifest.json');
  for (const item of [manifest['config'], ...asArray(manifest['layers'], 'manifest.json: layers')]) {
    const blob = parseDescriptor(item, 'A descriptor of manifest.json').digest;
    archive.alias(blobName(blob), blob.split(':')[1] ?? '');
  }
  const descriptor = { mediaType: '', digest, size: bytes.length };
  const of = { descriptor, reference: undefined, index: undefined, namedBy: 'manifest.json', depth: 0 };
  return await readManifest(archive, of);
}

async function readDockerArchive(archive: ArchiveFiles): Promise<ArchivedImage[]> {
  const list = asArray(parseStrictJson(await archive.bytes('manifest.json'), 'manifest.json'), 'manifest.json');
  if (list.length === 0) throw corruptImage('manifest.json names no image', 'archive_empty');
  const images: ArchivedImage[] = [];
  for (const item of list) {
    const entry = asObject(item, 'manifest.json');
    const configName = asString(entry['Config'], 'manifest.json: Config');
    const configBytes = await archive.bytes(configName, 'manifest.json');
    const id = digestOf(configBytes);
    const promised = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(configName)?.[1];
    if (promised !== undefined && id !== `sha256:${promised}`) {
      throw corruptImage(`The configuration ${configName} has the digest ${id}`, 'digest_mismatch');
    }
    const layers = asArray(entry['Layers'] ?? [], 'manifest.json: Layers').map((name) => {
      const file = archive.file(asString(name, 'manifest.json: Layers'), 'manifest.json');
      const promisedLayer = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(String(name))?.[1];
      if (promisedLayer !== undefined && file.digest !== `sha256:${promisedLayer}`) {
        throw corruptImage(`The bytes of ${String(name)} have the digest ${file.digest}`, 'digest_mismatch');
      }
      const { path, digest, sizeBytes } = file;
      return { path, digest, fileDigest: digest, sizeBytes, descriptor: undefined };
    });
    const references = asArray(entry['RepoTags'] ?? [], 'manifest.json: RepoTags').map((tag) =>
      checkedReference(asString(tag, 'manifest.json: RepoTags')),
    );
    images.push(
      checkedImage({
        id,
        config: parseImageConfig(configBytes),
        configBytes,
        manifestBytes: undefined,
        references,
        indexes: new Map(),
        layers,
      }),
    );
  }
  return images;
}

async function readOciLayout(archive: ArchiveFiles): Promise<ArchivedImage[]> {
  const found: FoundManifest[] = [];
  const visit = async (
    value: unknown,
    what: string,
    via: Pick<FoundManifest, 'reference' | 'index'>,
    depth: number,
  ) => {
    const index = asObject(value, what);
    if (depth > MAX_INDEX_DEPTH)
      throw corruptImage('The indexes of the archive are nested too deeply', 'json_too_deep');
    if (index['layers'] !== undefined) throw corruptImage(`${what} is image and index at once`, 'manifest_ambiguous');
    for (const item of asArray(index['manifests'], `${what}: manifests`)) {
      const descriptor = parseDescriptor(item, `A descriptor of ${what}`);
      const name = nameOf(descriptor) ?? via.reference;
      if (descriptor.mediaType === MEDIA_TYPES.ociIndex || descriptor.mediaType === MEDIA_TYPES.dockerList) {
        const bytes = await archive.blob(descriptor, what);
        // A name means the outermost index.
        const outermost = via.index ?? { digest: descriptor.digest, bytes, others: [] };
        if (via.index !== undefined) await keepManifest(archive, descriptor, via.index.others);
        const { digest } = descriptor;
        await visit(parseStrictJson(bytes, digest), digest, { reference: name, index: outermost }, depth + 1);
      } else if (isRunnable(descriptor)) {
        found.push({ descriptor, reference: name, index: via.index, namedBy: what, depth });
      } else if (via.index !== undefined) await keepManifest(archive, descriptor, via.index.others);
    }
  };
  const none = { reference: undefined, index: undefined };
  await visit(parseStrictJson(await archive.bytes('index.json'), 'index.json'), 'index.json', none, 0);
  // An inner index may name variants of a platform that were left out; index.json itself promises what it names.
  const present = found.filter(({ descriptor, depth }) => depth === 0 || archive.has(blobName(descriptor.digest)));
  const images = new Map<Digest, ArchivedImage>();
  for (const of of present.length > 0 ? present : found) {
    const { descriptor } = of;
    const image = await readManifest(archive, of);
    // Each name of an image is a descriptor of its own.
    const known = images.get(descriptor.digest);
    const references = new Set([...(known?.references ?? []), ...image.references]);
    const indexes = new Map([...(known?.indexes ?? []), ...image.indexes]);
    images.set(descriptor.digest, { ...image, indexes, references: [...references] });
  }
  return [...images.values()];
}

interface FoundManifest {
  descriptor: Descriptor;
  reference: string | undefined;
  index: ArchivedIndex | undefined;
  namedBy: string;
  depth: number;
}

async function readManifest(archive: ArchiveFiles, of: FoundManifest): Promise<ArchivedImage> {
  const { descriptor, index } = of;
  const reference = of.reference === undefined ? undefined : checkedReference(of.reference);
  const what = `Manifest ${descriptor.digest}`;
  const manifestBytes = await archive.blob(descriptor, of.namedBy);
  const manifest = asObject(parseStrictJson(manifestBytes, what), what);
  if (manifest['manifests'] !== undefined)
    throw corruptImage(`${what} is image and index at once`, 'manifest_ambiguous');
  const configDescriptor = parseDescriptor(manifest['config'], `${what}: config`);
  const configBytes = await archive.blob(configDescriptor, what);
  const layers = asArray(manifest['layers'], `${what}: layers`).map((item) => {
    const layer = parseDescriptor(item, `${what}: layers`);
    const file = archive.blobFile(layer, what);
    return {
      path: file.path,
      digest: layer.digest,
      fileDigest: file.digest,
      sizeBytes: layer.size,
      descriptor: layer,
    };
  });
  return checkedImage({
    id: configDescriptor.digest,
    config: parseImageConfig(configBytes),
    configBytes,
    manifestBytes,
    references: reference === undefined ? [] : [reference],
    indexes: new Map(reference === undefined || index === undefined ? [] : [[reference, index]]),
    layers,
  });
}

function checkedImage(image: ArchivedImage): ArchivedImage {
  const diffIds = image.config.rootfs.diff_ids.length;
  if (diffIds === image.layers.length) return image;
  throw corruptImage(
    `The image has ${image.layers.length} layers, its configuration names ${diffIds}`,
    'layer_count_mismatch',
  );
}

function checkedReference(text: string): string {
  const reference = tryParseReference(text);
  if (reference === undefined || reference.digest !== undefined) {
    throw corruptImage(
      `The archive names an image "${text.slice(0, 100)}", which is no name with a tag`,
      'reference_invalid',
    );
  }
  return normalizeReference(reference);
}

/** An OCI ref name may be a tag alone, which names nothing here. */
function nameOf(descriptor: Descriptor): string | undefined {
  for (const key of NAME_ANNOTATIONS) {
    const text = descriptor.annotations?.[key];
    if (text !== undefined && /[/:]/.test(text) && tryParseReference(text) !== undefined) return text;
  }
  return undefined;
}

const ARCHITECTURES: Record<string, string> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm',
  ppc64: 'ppc64le',
  s390x: 's390x',
};

/** GOARCH of this machine. */
export function hostArchitecture(): string {
  return ARCHITECTURES[process.arch] ?? process.arch;
}

/** Attestations carry the platform `unknown`. */
function isRunnable({ platform }: Descriptor): boolean {
  return platform === undefined || platform.os === 'linux';
}
