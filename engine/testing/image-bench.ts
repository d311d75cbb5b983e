import assert from 'node:assert/strict';
import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContentStore } from '../content/index.ts';
import { createLayerApplier } from '../diff/index.ts';
import { errnoOf } from '../errors/index.ts';
import { EventBus } from '../events/index.ts';
import { createImageService } from '../images/index.ts';
import { createKernel } from '../kernel/index.ts';
import { silentLogger } from '../lib/index.ts';
import { enginePaths } from '../paths.ts';
import { createSnapshotter } from '../snapshots/index.ts';
import { testStores } from './test-stores.ts';

/** Images on a tmpfs of their own, as large as asked for, with rows in memory. */
export async function createImageBench(opts: { sizeBytes?: number } = {}) {
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(await mkdtempDisposable(join(tmpdir(), 'davit-img-')));
  const kernel = undo.use(await createKernel());
  await kernel.mountTmpfs(folder.path, opts.sizeBytes === undefined ? {} : { sizeBytes: opts.sizeBytes });
  undo.defer(async () => void (await kernel.unmount(folder.path)));
  const applier = undo.use(createLayerApplier({ log: silentLogger }));
  const paths = enginePaths(join(folder.path, 'data'), join(folder.path, 'run'));
  const stores = testStores();
  const content = createContentStore({ paths });
  const snapshots = createSnapshotter({ paths, store: stores.snapshots, kernel });
  const target = join(folder.path, 'root');
  undo.defer(async () => void (await kernel.unmount(target)));
  const images = createImageService({
    paths,
    content,
    snapshots,
    applier,
    store: stores.images,
    users: { containersOf: async () => [] },
    events: new EventBus(),
  });

  /** Everything that exists: rows of images, names and snapshots, blobs, and what lies in the folders. */
  const stored = async () => ({
    images: (await stores.images.list()).length,
    tags: (await stores.images.listTags()).length,
    snapshots: (await stores.snapshots.list()).length,
    blobs: (await Array.fromAsync(content.list())).length,
    snapshotFolders: (await namesIn(paths.snapshots)).filter((name) => /^\d+$/.test(name)).length,
    ingests: (await namesIn(paths.ingest)).length,
  });
  const resources = undo.move();
  return {
    images,
    snapshots,
    content,
    paths,
    target,
    stored,
    folder: folder.path,
    assertEmpty: async (why?: string) => assert.deepEqual(await stored(), NOTHING, why),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

const NOTHING = { images: 0, tags: 0, snapshots: 0, blobs: 0, snapshotFolders: 0, ingests: 0 };

/** Empty when the folder is not there: it is made with the first thing in it. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
