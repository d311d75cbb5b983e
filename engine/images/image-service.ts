import type { Readable, Writable } from 'node:stream';
import type { ApplyLayerOptions } from '../diff/index.ts';
import type { Caller } from '../events/index.ts';
import type { ContainerId, OpOptions, ProgressOptions } from '../lib/index.ts';
import type { ChainId, Descriptor, Digest, HistoryEntry, ImageConfig, Platform, ProcessConfig } from '../oci/index.ts';
import type { PlatformWish } from './variants.ts';

/** An image as it is kept: id is the digest of its configuration. */
export interface ImageRecord {
  id: Digest;
  manifestDigest: Digest;
  /** `[layer blob digest, bytes]` from the bottom. */
  layers: { digest: Digest; sizeBytes: number; mediaType: string; diffId: string; unpackedBytes: number }[];
  platform: Platform;
  /** Top of its stack; undefined for an image without layers. */
  chainId: ChainId | undefined;
  config: ImageConfig;
  /** Bytes of all layers unpacked. */
  sizeBytes: number;
  source: 'imported' | 'loaded' | 'pulled' | 'built' | 'committed';
  /** What it was committed on top of. An archive does not tell, so one that was loaded has none. */
  parent?: Digest | undefined;
  /** From the configuration; the epoch when it names none. */
  createdAt: Date;
  addedAt: Date;
}

export interface ImageTag {
  /** Normalised, such as `docker.io/library/nginx:1.27`. */
  reference: string;
  /** What the name means without a platform. */
  imageId: Digest;
  /** When the name was given. */
  updatedAt: Date;
  /** A name of several platforms. */
  variants?: ImageVariants | undefined;
}

export interface ImageVariants {
  /** The index as it came, which is kept; undefined when there was none but the names. */
  indexDigest?: Digest | undefined;
  /** Of every platform that was loaded; some may have been removed since. */
  imageIds: Digest[];
  /** What the index leads to beside these: kept as it came, so that the name is the same when it is saved. */
  others?: KeptManifest[] | undefined;
}

/** A manifest that is no image to run: how one was built (an attestation), one of another system, an index in an index. */
export interface KeptManifest {
  kind: 'attestation' | 'index' | 'other';
  /** As the index has it. */
  descriptor: Descriptor;
  /** Its own bytes, and those it names as far as they came with it. */
  blobs: { digest: Digest; sizeBytes: number }[];
}

/**
 * Persistence of images and tags. `save` replaces rows of the same id; all is one transaction. A name that is given again
 * loses the platforms it had.
 */
export interface ImageStore {
  save(image: ImageRecord, references: readonly string[]): Promise<void>;
  get(id: Digest): Promise<ImageRecord | undefined>;
  /** All ids that begin with these hex digits (without `sha256:`), at most 2. */
  findByPrefix(hex: string): Promise<Digest[]>;
  list(): Promise<ImageRecord[]>;
  /** Images that were committed on top of this one. */
  childrenOf(id: Digest): Promise<Digest[]>;
  delete(id: Digest): Promise<void>;
  setTag(reference: string, imageId: Digest, at: Date, variants?: ImageVariants): Promise<void>;
  deleteTag(reference: string): Promise<boolean>;
  getTag(reference: string): Promise<ImageTag | undefined>;
  listTags(): Promise<ImageTag[]>;
}

/** Who uses an image: asked before anything is removed. Implemented over the container store. */
export interface ImageUsers {
  containersOf(imageId: Digest): Promise<{ id: ContainerId; name: string; running: boolean }[]>;
}

export interface ImageSummary {
  id: Digest;
  /** Familiar form, such as `nginx:1.27`. */
  references: string[];
  repoDigests: string[];
  createdAt: Date;
  addedAt: Date;
  sizeBytes: number;
  /** Bytes of layers no other image has. */
  uniqueBytes: number;
  platform: Platform;
  source: ImageRecord['source'];
  usedBy: { id: ContainerId; name: string; running: boolean }[];
  layerCount: number;
  labels: Record<string, string>;
  /** What it was committed on top of, as long as that is here. */
  parent: Digest | undefined;
  /** Images that were committed on top of it: it stays as long as they are here. */
  children: Digest[];
}

export interface ImageDetail extends ImageSummary {
  /** When the newest of its names was given; undefined without names. */
  lastTaggedAt: Date | undefined;
  manifestDigest: Digest;
  config: ImageConfig;
  layers: {
    digest: Digest;
    diffId: string;
    sizeBytes: number;
    unpackedBytes: number;
    createdBy: string;
    /** Undefined when its history does not tell. */
    createdAt?: Date | undefined;
    sharedWith: string[];
  }[];
  history: (HistoryEntry & { sizeBytes: number })[];
  /** What it was committed on top of, and so on down: each made the entry of the history before its child's. */
  ancestors: { id: Digest; references: string[] }[];
}

/** One manifest of an image: what is run, or what says how it was built. */
export interface ImageManifestInfo {
  kind: 'image' | 'attestation';
  /** Of an attestation as its index has it: an annotation names the manifest it speaks of. */
  descriptor: Descriptor;
  /** Bytes as stored: manifest, configuration, layers. */
  contentBytes: number;
  unpackedBytes: number;
  usedBy: ContainerId[];
}

export type RemovedItem = { untagged: string } | { deleted: string };

/** Who asks, for the event. */
export interface ImageCall extends OpOptions {
  actor?: Caller | undefined;
  /** Asked for each image that a name is about to be taken from. @throws what the caller is told; then nothing has changed */
  beforeReplace?: BeforeReplace | undefined;
}

export type BeforeReplace = (image: Digest) => Promise<void>;

/** An archive that an image comes in. */
interface ArchiveOptions extends ImageCall, ProgressOptions {
  source: Readable;
  /** Known length of the source, for progress. */
  totalBytes?: number | undefined;
  onReceived?: ApplyLayerOptions['onReceived'];
}

export interface ImportOptions extends ArchiveOptions {
  /** `name[:tag]` to give it; none makes a dangling image. */
  reference?: string | undefined;
  /** Dockerfile instructions: CMD ENTRYPOINT ENV EXPOSE LABEL ONBUILD STOPSIGNAL USER VOLUME WORKDIR HEALTHCHECK. */
  changes?: readonly string[];
  message?: string | undefined;
  platform?: Platform | undefined;
}

/** An archive that is being written; destroying the stream ends it, and what it kept from removal is let go. */
export interface SavedArchive {
  stream: Readable;
  /** Of the whole archive, known before its first byte. */
  sizeBytes: number;
}

/** As `docker image prune` has it. Values of labels are `key` or `key=value`, and all of them must match. */
export interface ImagePruneFilter {
  /** Only images without a name, which is the default; false: everything that no container uses. */
  dangling?: boolean | undefined;
  /** Made before. */
  until?: Date | undefined;
  label?: readonly string[] | undefined;
  /** Images that have all of these stay. */
  labelNot?: readonly string[] | undefined;
  /** Only these, when somebody has confirmed a list. */
  only?: readonly Digest[] | undefined;
}

export interface PrunedImages {
  removed: RemovedItem[];
  /** Unpacked bytes of the layers that went, as the lists count them. */
  freedBytes: number;
}

/**
 * Unpacked bytes; a layer of several images counts once in the total and as shared in each. Attestations and the like are in the
 * total only: they belong to names.
 */
export interface ImagesUsage {
  totalBytes: number;
  images: {
    id: Digest;
    references: string[];
    sizeBytes: number;
    sharedBytes: number;
    uniqueBytes: number;
    containers: number;
  }[];
}

export interface LoadOptions extends ArchiveOptions {
  /** The only one to load; none: all that the archive holds. */
  platform?: PlatformWish | undefined;
}

export interface CommitImageOptions extends ImageCall, ProgressOptions {
  /** Image the container was made of. */
  parent: Digest;
  /** Writes the tar of what changed above the parent, and ends it; destroying it means that the tar is not whole. */
  writeLayer(sink: Writable, opts: OpOptions): Promise<void>;
  /** The container's process, before the changes. */
  process: ProcessConfig;
  /** Dockerfile instructions, as for an import. */
  changes?: readonly string[] | undefined;
  author?: string | undefined;
  message?: string | undefined;
  /** Command line for the history. */
  createdBy: string;
  reference?: string | undefined;
}

export interface LoadedImage {
  id: Digest;
  references: string[];
  layersNew: number;
  layersShared: number;
}

/**
 * Images of one host. Lookup everywhere by: name[:tag][@digest], short or full id, with or without `sha256:`.
 *
 * @throws EngineError `not_found` "No such image: x" (reason `image_not_found`), `invalid_argument` (bad reference, ambiguous
 * short id), `in_use` (remove while used; Docker's wording), `data_corrupt` (archive refused, nothing stored),
 * `resource_exhausted` (disk full), `cancelled`.
 */
export interface ImageService {
  /** Of a name with several platforms the one asked for, else that of this host. @throws also `platform_mismatch` */
  resolve(nameOrId: string, opts?: { platform?: PlatformWish | undefined }): Promise<ImageRecord>;
  import(opts: ImportOptions): Promise<ImageSummary>;
  /** Every platform of the archive, or the one asked for. */
  load(opts: LoadOptions): Promise<LoadedImage[]>;
  /** Makes an image of another one and a layer above it. Nothing of it is left when it fails or the process dies. */
  commit(opts: CommitImageOptions): Promise<ImageSummary>;
  /**
   * Images as one archive for `load`, `docker load`, and whatever reads OCI layouts. A name without a tag means every tag of
   * that repository, with all platforms unless one is asked for; an id saves the image without names.
   */
  save(
    namesOrIds: readonly string[],
    opts?: ImageCall & ProgressOptions & { platform?: PlatformWish | undefined },
  ): Promise<SavedArchive>;
  list(): Promise<ImageSummary[]>;
  inspect(nameOrId: string, opts?: { platform?: PlatformWish | undefined }): Promise<ImageDetail>;
  /** The image's own manifest first, then its attestations. */
  manifests(nameOrId: string): Promise<ImageManifestInfo[]>;
  tag(nameOrId: string, reference: string, opts?: ImageCall): Promise<void>;
  /**
   * Docker's rule: a reference is untagged first; the last one takes image, layers and blobs with it unless used or `force`.
   * With `names` an id goes with exactly these names: all of it or nothing. What others were committed on top of loses its names
   * and stays. With `platform` a name of several loses that one. `takesParent` says of what the image was committed on top of whether it goes too, when it has no name, no other
   * child and no container; without it none does. @throws also `conflict` (`image_names_changed`), `in_use` (`image_has_children`)
   */
  remove(
    nameOrId: string,
    opts?: {
      force?: boolean;
      names?: readonly string[] | undefined;
      platform?: PlatformWish | undefined;
      takesParent?: ((id: Digest) => Promise<boolean>) | undefined;
    } & ImageCall,
  ): Promise<RemovedItem[]>;
  /** Removes unused images with their layers; what comes into use meanwhile stays. */
  prune(filter?: ImagePruneFilter, opts?: ImageCall & ProgressOptions): Promise<PrunedImages>;
  usage(): Promise<ImagesUsage>;
  /** Unpacked bytes that go when all of these images go, layers that only they share included; unknown ids free nothing. */
  removalBytes(ids: readonly string[]): Promise<number>;
  /** Removes blobs and layers that no image names, in a lease-safe way. Also run at boot. */
  collect(): Promise<{ blobs: number; layers: number; freedBytes: number }>;
  /** Collects when a removal failed half way; safe beside operations. */
  repair(): Promise<void>;
  /** Every stored digest against the bytes on disk; for `davit admin verify`. */
  verify(): Promise<string[]>;
}
