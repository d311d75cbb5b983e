import type { ContentStore } from '../content/index.ts';
import type { LayerApplier } from '../diff/index.ts';
import { type Caller, type EventBus, originOf } from '../events/index.ts';
import {
  type Clock,
  failpoint,
  KeyedLock,
  type Logger,
  openStep,
  type ProgressOptions,
  silentLogger,
  systemClock,
} from '../lib/index.ts';
import type { ImageConfig } from '../oci/index.ts';
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
  LoadedImage,
  LoadOptions,
  PrunedImages,
} from './image-service.ts';
import { ImageWriter, tagOf } from './image-writer.ts';
import { progressOf } from './layer-progress.ts';
import { LayerVault } from './layer-vault.ts';
import { loadImages } from './load-images.ts';
import { hostArchitecture } from './read-archive.ts';
import { resolveImage } from './resolve-image.ts';
import { imagesToSave, openSavedArchive } from './save-images.ts';
import { variantsOf } from './variants.ts';
import { verifyImages } from './verify-images.ts';

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
    const unpacking = openStep(opts, { id: 'layer', kind: 'unpack' });
    const { layer } = await session.addLayer({
      source: opts.source,
      compression: 'gzip',
      parents: [],
      signal: opts.signal,
      onProgress: progressOf(unpacking, opts.totalBytes),
      onReceived: opts.onReceived,
    });
    unpacking.end();
    const recording = openStep(opts, { id: 'record', kind: 'record', name: opts.reference });
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
    await this.#writer.save([{ record, references: reference === undefined ? [] : [reference] }], opts);
    recording.end();
    if (reference !== undefined) this.#publish('tag', record, name, opts.actor);
    this.#publish('import', record, name, opts.actor);
    return await (await this.#catalogue()).summary(record, this.#deps.users);
  }

  async load(opts: LoadOptions): Promise<LoadedImage[]> {
    const loaded = await loadImages({ ...this.#deps, vault: this.#vault, writer: this.#writer }, opts);
    return loaded.map(({ record, references, layersNew }) => {
      const names = references.map((reference) => familiarReference(reference));
      this.#publish('load', record, names[0] ?? record.id, opts.actor);
      return { id: record.id, references: names, layersNew, layersShared: record.layers.length - layersNew };
    });
  }

  async commit(opts: CommitImageOptions) {
    const reference = opts.reference === undefined || opts.reference === '' ? undefined : tagOf(opts.reference);
    await using session = this.#vault.openSession();
    const record = await commitImage({ writer: this.#writer, clock: this.#clock }, session, opts);
    const recording = openStep(opts, { id: 'record', kind: 'record', name: opts.reference });
    await this.#writer.save([{ record, references: reference === undefined ? [] : [reference] }], opts);
    recording.end();
    const name = reference === undefined ? record.id : familiarReference(reference);
    this.#publish('create', record, record.id, opts.actor);
    if (reference !== undefined) this.#publish('tag', record, name, opts.actor);
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
      const [first] = references;
      this.#publish('save', image, first === undefined ? image.id : familiarReference(first), opts.actor);
    }
    return archive;
  }

  prune(filter: ImagePruneFilter = {}, opts: ImageCall & ProgressOptions = {}): Promise<PrunedImages> {
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
    const stay = tag === undefined ? [image] : await variantsOf(this.#deps.store, tag);
    const ids = stay.map(({ id }) => id);
    await this.#writer.askToReplace(name, ids, opts.beforeReplace);
    await this.#writer.noteReplaced(name);
    // Every platform of the one name is found by the other.
    await this.#deps.store.setTag(name, image.id, this.#clock(), tag?.variants);
    await failpoint('image.tagged');
    this.#publish('tag', image, familiarReference(name), opts.actor);
  }

  async remove(nameOrId: string, opts: Parameters<ImageService['remove']>[1] = {}) {
    return (await this.#removal.remove(nameOrId, opts)).removed;
  }

  verify(): Promise<string[]> {
    return verifyImages(this.#deps);
  }

  async #catalogue(): Promise<ImageCatalogue> {
    return new ImageCatalogue(await this.#deps.store.list(), await this.#deps.store.listTags());
  }

  /** As dockerd: the labels while the image is there, and its name where it got one, else its id. */
  #publish(action: string, image: Pick<ImageRecord, 'id' | 'config'>, name: string, caller: Caller | undefined): void {
    const at = this.#clock();
    const { id } = image;
    const labels = action === 'delete' ? {} : image.config.config?.Labels;
    const attributes = { ...labels, name: action === 'tag' ? name : id };
    this.#deps.events.publish({ type: 'image', action, id, name, attributes, at, ...originOf(caller) });
  }
}
