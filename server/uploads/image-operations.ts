import { openStep, type ProgressOptions } from '#engine/lib/index.ts';
import { type Actor, guardNames, type Ownership } from '../access/index.ts';
import type { Environment } from '../environments/index.ts';
import type { Operations } from '../operations/index.ts';
import { fromDashboard } from './from-dashboard.ts';
import type { RemoteSource } from './remote-source.ts';

interface ImageTask {
  services: { operations: Pick<Operations, 'start'>; ownership: Pick<Ownership, 'claim' | 'ownerOf'> };
  environment: Environment;
  actor: Actor;
  objectName: string;
  /** What asks for the same again; none where the archive came with the request. */
  input?: object | undefined;
  /** Where on the network the archive comes from. */
  host?: string | undefined;
}

interface ImportSettings {
  reference?: string | undefined;
  changes: readonly string[];
  message?: string | undefined;
}

/** What came, in the operation's result, to be compared with what its maker says it is. */
interface Received {
  archive?: { digest: string; sizeBytes: number };
}

type OpenSource = (signal: AbortSignal | undefined) => Promise<RemoteSource>;

/** Makes an image of a file system archive, as an operation: the page may close meanwhile. */
export function startImageImport(
  task: ImageTask,
  settings: ImportSettings,
  open: OpenSource,
): Promise<{ operationId: string }> {
  const { reference, changes, message } = settings;
  return start(task, 'image.import', async (opts) => {
    await using archive = await reach(task, open, opts);
    const { totalBytes } = archive;
    const received: Received = {};
    const image = await task.environment.images.import({
      source: archive.stream,
      totalBytes,
      onReceived: noteIn(received),
      reference,
      changes,
      message,
      ...opts,
      actor: fromDashboard(task.actor, opts.id),
      beforeReplace: guardNames(task.actor, task.services.ownership),
    });
    await task.services.ownership.claim('image', image.id, task.actor.id);
    return { id: image.id, references: image.references, sizeBytes: image.sizeBytes, ...received };
  });
}

/** Takes over the images of a `save` archive, as an operation. */
export function startImageLoad(task: ImageTask, open: OpenSource): Promise<{ operationId: string }> {
  return start(task, 'image.load', async (opts) => {
    await using archive = await reach(task, open, opts);
    const { totalBytes } = archive;
    const received: Received = {};
    const images = await task.environment.images.load({
      source: archive.stream,
      totalBytes,
      onReceived: noteIn(received),
      ...opts,
      actor: fromDashboard(task.actor, opts.id),
      beforeReplace: guardNames(task.actor, task.services.ownership),
    });
    for (const { id } of images) await task.services.ownership.claim('image', id, task.actor.id);
    return { images, ...received };
  });
}

function noteIn(received: Received) {
  return (archive: NonNullable<Received['archive']>): void => {
    received.archive = archive;
  };
}

/** What comes with the request is there already. */
async function reach({ host }: ImageTask, open: OpenSource, opts: ProgressOptions): Promise<RemoteSource> {
  const step = openStep(host === undefined ? {} : opts, { id: 'reach', kind: 'reach', name: host });
  const source = await open(opts.signal);
  step.end();
  return source;
}

async function start(
  task: ImageTask,
  kind: string,
  work: (opts: ProgressOptions & { id: string }) => Promise<unknown>,
) {
  const { environment, actor, objectName, input } = task;
  const request = { environmentId: environment.id, kind, actor, object: { type: 'image', name: objectName }, input };
  const { id } = await task.services.operations.start(request, work);
  return { operationId: id };
}
