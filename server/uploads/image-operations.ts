import type { ProgressOptions } from '#engine/lib/index.ts';
import type { Environment } from '../environments/index.ts';
import type { Actor, OperationsPort } from '../trpc/ports.ts';
import type { RemoteSource } from './remote-source.ts';

export interface ImageTask {
  services: { operations: OperationsPort };
  environment: Environment;
  actor: Actor;
  objectName: string;
}

export interface ImportSettings {
  reference?: string | undefined;
  changes: readonly string[];
  message?: string | undefined;
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
    await using archive = await open(opts.signal);
    const { stream: source, totalBytes } = archive;
    return task.environment.images.import({ source, totalBytes, reference, changes, message, ...opts });
  });
}

/** Takes over the images of a `save` archive, as an operation. */
export function startImageLoad(task: ImageTask, open: OpenSource): Promise<{ operationId: string }> {
  return start(task, 'image.load', async (opts) => {
    await using archive = await open(opts.signal);
    return task.environment.images.load({ source: archive.stream, totalBytes: archive.totalBytes, ...opts });
  });
}

async function start(task: ImageTask, kind: string, work: (opts: ProgressOptions) => Promise<unknown>) {
  const { environment, actor, objectName } = task;
  const request = { environmentId: environment.id, kind, actor, objectType: 'image', objectName };
  const { id } = await task.services.operations.start(request, work);
  return { operationId: id };
}
