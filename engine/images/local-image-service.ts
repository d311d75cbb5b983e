import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { algorithmOf, type ContentStore, hashFile } from '../content/index.ts';
import type { LayerApplier } from '../diff/index.ts';
import { EngineError, isEngineError } from '../errors/index.ts';
import { type Caller, type EventBus, originOf } from '../events/index.ts';
import {
  type Clock,
  failpoint,
  KeyedLock,
  type Logger,
  type Progress,
  silentLogger,
  systemClock,
} from '../lib/index.ts';
import { type Digest, type ImageConfig, parseDiffId } from '../oci/index.ts';
import type { EnginePaths } from '../paths.ts';
import { familiarReference } from '../reference/index.ts';
import type { Snapshotter } from '../snapshots/index.ts';
import { commitImage } from './commit-image.ts';
import { ImageCatalogue } from './describe-image.ts';
import { applyImageChanges } from './image-changes.ts';
import { ImageRemoval, type ImageRemovalDeps } from './image-removal.ts';
import type {
  CommitImageOptions,
  ImageCall,
  ImagePruneFilter,
  ImageRecord,
  ImageService,
  ImageStore,
  ImageUsers,
  ImportOptions,
  KeptManifest,
  LoadedImage,
  PrunedImages,
} from './image-service.ts';
import { ImageWriter, tagOf } from './image-writer.ts';
import { blobsOfName } from './kept-manifests.ts';
import { blobsOf, chainsOf, type LayerSession, LayerVault, type StoredLayer } from './layer-vault.ts';
import { type ArchivedImage, type ArchivedIndex, hostArchitecture, readArchive } from './read-archive.ts';
import { resolveImage } from './resolve-image.ts';
import { imagesToSave, openSavedArchive } from './save-images.ts';
import { fitsPlatform } from './variants.ts';

interface ImageServiceDeps {
  paths: EnginePaths;
  content: ContentStore;
  snapshots: Snapshotter;
  applier: Pick<LayerApplier, 'apply' | 'unpackArchive'>;
  store: ImageStore;
  users: ImageUsers;
  events: EventBus;
  log?: Logger;
  clock?: Clock;
}

export function createImageService(deps: ImageServiceDeps): ImageService {
  return new LocalImageService(deps);
}

class LocalImageService implements ImageService {
  readonly #deps: ImageServiceDeps;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #vault: LayerVault;
  readonly #locks = new KeyedLock();
  readonly #writer: ImageWriter;
  readonly #removal: ImageRemoval;

  constructor(deps: ImageServiceDeps) {
    this.#deps = deps;
    this.#log = deps.log ?? silentLogger;
    this.#clock = deps.clock ?? systemClock;
    this.#vault = new LayerVault(deps);
    this.#writer = new ImageWriter({ store: deps.store, clock: this.#clock, locks: this.#locks, vault: this.#vault });
    const publish: ImageRemovalDeps['publish'] = (...event) => this.#publish(...event);
    const list = () => this.list();
    this.#removal = new ImageRemoval({
      ...deps,
      list,
      publish,
      vault: this.#vault,
      locks: this.#locks,
      log: this.#log,
    });
  }

  async resolve(nameOrId: string, opts: Parameters<ImageService['resolve']>[1] = {}): Promise<ImageRecord> {
    return (await resolveImage(this.#deps.store, nameOrId, opts)).image;
  }

  async import(opts: ImportOptions) {
    const reference = opts.reference === undefined || opts.reference === '' ? undefined : tagOf(opts.reference);
    const processConfig = applyImageChanges({}, opts.changes ?? []);
    await using session = this.#vault.openSession();
    const { layer } = await session.addLayer({
      source: opts.source,
      compression: 'gzip',
      parents: [],
      signal: opts.signal,
      onProgress: progressOf(opts),
    });
    const created = this.#clock().toISOString();
    const config: ImageConfig = {
      ...(opts.platform ?? { os: 'linux', architecture: hostArchitecture() }),
      created,
      config: processConfig,
      rootfs: { type: 'layers', diff_ids: [layer.diffId] },
      history: [{ created, comment: opts.message ?? 'Imported from -' }],
    };
    const configBytes = Buffer.from(JSON.stringify(config));
    const record = await this.#writer.record(
      session,
      { config, configBytes, manifestBytes: undefined, layers: [layer] },
      'imported',
    );
    const name = reference === undefined ? record.id : familiarReference(reference);
    await this.#writer.save(record, reference === undefined ? [] : [reference], opts.signal);
    this.#publish('import', record.id, name, opts.actor);
    return await (await this.#catalogue()).summary(record, this.#deps.users);
  }

  async load(opts: Parameters<ImageService['load']>[0]): Promise<LoadedImage[]> {
    await using scratch = await this.#deps.content.begin();
    const folder = join(dirname(scratch.path), 'archive');
    await mkdir(folder, { mode: 0o700 });
    const onProgress = progressOf(opts);
    const entries = await this.#deps.applier.unpackArchive({
      source: opts.source,
      target: folder,
      signal: opts.signal,
      ...(onProgress !== undefined && { onProgress }),
    });
    await failpoint('load.unpacked');
    const archived = await readArchive(entries, opts.platform);
    await using session = this.#vault.openSession();
    const staged: { record: ImageRecord; references: string[]; layersNew: number }[] = [];
    for (const image of archived) staged.push(await this.#stage(session, image, opts));
    const named = namedPlatforms(staged.map(({ record }, at) => ({ record, archived: archived[at] })));
    for (const { index } of named.values()) {
      if (index === undefined) continue;
      await session.addBlob(index.bytes);
      for (const { blobs } of index.others) for (const blob of blobs) await session.addFile(blob);
    }
    await failpoint('load.kept');
    // Only now that every image of the archive is proven good does the first become visible.
    for (const { record, references } of staged) await this.#writer.save(record, references, opts.signal);
    for (const [reference, { images, index }] of named) {
      const variants = {
        ...(index !== undefined && { indexDigest: index.digest, ...keptOf(index) }),
        imageIds: images.map(({ id }) => id),
      };
      await this.#writer.saveVariants(reference, preferred(images), variants);
    }
    return staged.map(({ record, references, layersNew }) => {
      const names = references.map((reference) => familiarReference(reference));
      for (const name of names.length > 0 ? names : [record.id]) this.#publish('load', record.id, name, opts.actor);
      return { id: record.id, references: names, layersNew, layersShared: record.layers.length - layersNew };
    });
  }

  async commit(opts: CommitImageOptions) {
    const reference = opts.reference === undefined || opts.reference === '' ? undefined : tagOf(opts.reference);
    await using session = this.#vault.openSession();
    const record = await commitImage({ writer: this.#writer, clock: this.#clock }, session, opts);
    await this.#writer.save(record, reference === undefined ? [] : [reference], opts.signal);
    const name = reference === undefined ? record.id : familiarReference(reference);
    this.#publish('create', record.id, record.id, opts.actor);
    if (reference !== undefined) this.#publish('tag', record.id, name, opts.actor);
    return await (await this.#catalogue()).summary(record, this.#deps.users);
  }

  async save(namesOrIds: readonly string[], opts: NonNullable<Parameters<ImageService['save']>[1]> = {}) {
    const images = await imagesToSave(this.#deps.store, namesOrIds, opts.platform);
    await using undo = new AsyncDisposableStack();
    const session = undo.use(this.#vault.openSession());
    for (const { image, others } of images) {
      await session.keepImage(image.id);
      for (const digest of others) await session.keepBlob(digest);
    }
    const archive = await openSavedArchive(this.#deps.content, images, opts);
    const held = undo.move();
    archive.stream.once('close', () => {
      held
        .disposeAsync()
        .catch((error: unknown) => this.#log.error({ err: error }, 'saved images could not be let go'));
    });
    for (const { image, references } of images) {
      for (const name of references.length > 0 ? references.map((text) => familiarReference(text)) : [image.id]) {
        this.#publish('save', image.id, name, opts.actor);
      }
    }
    return archive;
  }

  prune(filter: ImagePruneFilter = {}, opts: ImageCall = {}): Promise<PrunedImages> {
    return this.#removal.prune(filter, opts);
  }

  collect() {
    return this.#removal.collect();
  }

  repair(): Promise<void> {
    return this.#removal.repair();
  }

  async usage() {
    return (await this.#catalogue()).usage(this.#deps.users);
  }

  async removalBytes(ids: readonly string[]) {
    return (await this.#catalogue()).removalBytes(new Set(ids));
  }

  async list() {
    return (await this.#catalogue()).summaries(this.#deps.users);
  }

  async inspect(nameOrId: string, opts: Parameters<ImageService['inspect']>[1] = {}) {
    const image = await this.resolve(nameOrId, opts);
    return (await this.#catalogue()).detail(image, this.#deps.users);
  }

  async manifests(nameOrId: string) {
    return (await this.#catalogue()).manifests(await this.resolve(nameOrId), this.#deps.content, this.#deps.users);
  }

  async tag(nameOrId: string, reference: string, opts: ImageCall = {}): Promise<void> {
    const name = tagOf(reference);
    using _lock = await this.#locks.acquire('names', opts.signal);
    const { image, tag } = await resolveImage(this.#deps.store, nameOrId);
    await this.#writer.noteReplaced(name);
    // Every platform of the one name is found by the other.
    await this.#deps.store.setTag(name, image.id, this.#clock(), tag?.variants);
    await failpoint('image.tagged');
    this.#publish('tag', image.id, familiarReference(name), opts.actor);
  }

  async remove(nameOrId: string, opts: Parameters<ImageService['remove']>[1] = {}) {
    return (await this.#removal.remove(nameOrId, opts)).removed;
  }

  async verify(): Promise<string[]> {
    const { content, snapshots, store } = this.#deps;
    const problems: string[] = [];
    for await (const { digest } of content.list()) {
      const actual = await hashFile(content.path(digest), algorithmOf(digest));
      if (actual.digest !== digest)
        problems.push(`blob ${digest} has changed: its bytes have the digest ${actual.digest}`);
    }
    for (const image of await store.list()) {
      for (const digest of new Set(blobsOf(image))) {
        if ((await content.info(digest)) === undefined) problems.push(`image ${image.id} lacks its blob ${digest}`);
      }
      for (const chain of chainsOf(image)) {
        if ((await snapshots.find(chain)) === undefined) problems.push(`image ${image.id} lacks its layer ${chain}`);
      }
    }
    for (const { reference, variants } of await store.listTags()) {
      for (const digest of blobsOfName(variants)) {
        if ((await content.info(digest)) === undefined) problems.push(`name ${reference} lacks its blob ${digest}`);
      }
    }
    return problems;
  }

  async #stage(session: LayerSession, image: ArchivedImage, opts: Parameters<ImageService['load']>[0]) {
    const layers: StoredLayer[] = [];
    let layersNew = 0;
    for (const [at, archived] of image.layers.entries()) {
      opts.onProgress?.({ doneBytes: 0, totalBytes: archived.sizeBytes, step: archived.digest });
      const diffIds = image.config.rootfs.diff_ids.slice(0, at + 1).map((text) => parseDiffId(text));
      const diffId = diffIds.pop();
      if (diffId === undefined)
        throw new EngineError('internal', 'A layer has no diffID', { reason: 'layer_count_mismatch' });
      const adding = session.addLayer({
        source: { path: archived.path, digest: archived.fileDigest },
        compression: 'keep',
        parents: diffIds,
        diffId,
        descriptor: archived.descriptor,
        signal: opts.signal,
        onProgress: progressOf({ ...opts, totalBytes: archived.sizeBytes }),
      });
      const place = { number: at + 1, count: image.layers.length, digest: archived.digest };
      const added = await adding.catch((error: unknown) => {
        throw inLayer(error, place);
      });
      layers.push(added.layer);
      if (added.isNew) layersNew += 1;
    }
    const record = await this.#writer.record(session, { ...image, layers }, 'loaded');
    return { record, references: image.references, layersNew };
  }

  async #catalogue(): Promise<ImageCatalogue> {
    return new ImageCatalogue(await this.#deps.store.list(), await this.#deps.store.listTags());
  }

  #publish(action: string, id: Digest, name: string, caller: Caller | undefined): void {
    const at = this.#clock();
    this.#deps.events.publish({ type: 'image', action, id, name, attributes: { name }, at, ...originOf(caller) });
  }
}

/** Names that lead to several platforms, or to one through an index, which is to be the same when it is saved. */
function namedPlatforms(
  loaded: readonly { record: ImageRecord; archived: ArchivedImage | undefined }[],
): Map<string, { images: ImageRecord[]; index: ArchivedIndex | undefined }> {
  const named = new Map<string, { images: ImageRecord[]; index: ArchivedIndex | undefined }>();
  for (const { record, archived } of loaded) {
    for (const reference of archived?.references ?? []) {
      const known = named.get(reference);
      // Of one platform the last one counts, as for names without an index.
      const others = (known?.images ?? []).filter(({ platform }) => !isDeepStrictEqual(platform, record.platform));
      const index = archived?.indexes.get(reference) ?? known?.index;
      named.set(reference, { images: [...others, record], index });
    }
  }
  return new Map([...named].filter(([, { images, index }]) => images.length > 1 || index !== undefined));
}

/** What the row of a name says of an index; most lead to images alone. */
function keptOf({ others }: ArchivedIndex): { others?: KeptManifest[] } {
  if (others.length === 0) return {};
  return {
    others: others.map(({ kind, descriptor, blobs }) => ({
      kind,
      descriptor,
      blobs: blobs.map(({ digest, sizeBytes }) => ({ digest, sizeBytes })),
    })),
  };
}

/** That of this host, else the first. */
function preferred(images: readonly ImageRecord[]): Digest {
  const own = { os: 'linux', architecture: hostArchitecture() };
  const image = images.find(({ platform }) => fitsPlatform(platform, own)) ?? images[0];
  if (image === undefined) throw new EngineError('internal', 'A name has no image', { reason: 'no_images' });
  return image.id;
}

/** Says which layer of the archive was refused. */
function inLayer(error: unknown, layer: { number: number; count: number; digest: Digest }): unknown {
  if (!isEngineError(error, 'data_corrupt') && !isEngineError(error, 'resource_exhausted')) return error;
  const message = `Layer ${layer.number} of ${layer.count} (${layer.digest}): ${error.message}`;
  return new EngineError(error.code, message, { ...error.details, layer: layer.digest }, { cause: error });
}

function progressOf(opts: {
  totalBytes?: number | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}) {
  const { onProgress, totalBytes } = opts;
  if (onProgress === undefined) return undefined;
  return ({ readBytes, name }: { readBytes: number; name: string }) =>
    onProgress({ doneBytes: readBytes, totalBytes, step: name });
}
