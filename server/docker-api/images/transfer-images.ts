import { shortId } from '#engine/lib/index.ts';
import { guardNames } from '#server/access/index.ts';
import { progressLine } from '../codec/progress.ts';
import { callOptions } from '../containers/call-options.ts';
import { badRequest } from '../docker-error.ts';
import { ProgressStream } from '../progress-stream.ts';
import { flagOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { streamFile } from '../stream-file.ts';
import { lengthOf } from './import-image.ts';
import { platformOf } from './platform-of.ts';

export async function loadImages(call: DockerCall): Promise<void> {
  const { req, query, environment, services, actor } = call;
  const quiet = flagOf(query, 'quiet');
  const platform = platformOf(query.get('platform'));
  const stream = new ProgressStream(call);
  // dockerd has answered by the time it reads: what is wrong with the archive comes as a line.
  stream.begin();
  await stream.around(async () => {
    const loaded = await environment.images.load({
      source: req,
      totalBytes: lengthOf(req),
      platform,
      ...callOptions(call),
      beforeReplace: guardNames(actor, services.ownership),
      ...(!quiet && {
        onProgress: ({ doneBytes, totalBytes, step = '' }) =>
          stream.step(() => progressLine(shortName(step), 'Loading layer', doneBytes, totalBytes)),
      }),
    });
    const told = new Set<string>();
    for (const { id, references } of loaded) {
      await services.ownership.claim('image', id, actor.id);
      if (references.length === 0) stream.line({ stream: `Loaded image ID: ${id}\n` });
      // A name is told once, however many platforms it has.
      for (const reference of references.filter((name) => !told.has(name))) {
        told.add(reference);
        stream.line({ stream: `Loaded image: ${reference}\n` });
      }
    }
  });
}

function shortName(step: string): string {
  return step.startsWith('sha256:') ? shortId(step) : step.slice(0, 64);
}

/** `names` of the query, or the image of the path. */
export async function saveImages(call: DockerCall): Promise<void> {
  const { params, query, environment } = call;
  const { name } = params;
  const names = name === undefined ? query.getAll('names').flatMap((text) => text.split(',')) : [name];
  if (names.length === 0) throw badRequest('no image names were given');
  const { stream, sizeBytes } = await environment.images.save(names, {
    ...callOptions(call),
    platform: platformOf(query.get('platform')),
  });
  await streamFile(call, stream, { 'Content-Type': 'application/x-tar', 'Content-Length': sizeBytes });
}
