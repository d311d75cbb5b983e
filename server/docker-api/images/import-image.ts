import type { Readable } from 'node:stream';
import type { Platform } from '#engine/oci/index.ts';
import { guardNames } from '#server/access/index.ts';
import { tryParsePlatform } from '../codec/platform.ts';
import { progressLine } from '../codec/progress.ts';
import { callOptions } from '../containers/call-options.ts';
import { badRequest } from '../docker-error.ts';
import { archiveIn } from '../empty-archive.ts';
import { ProgressStream } from '../progress-stream.ts';
import type { DockerCall } from '../route.ts';
import { imageReference } from './image-reference.ts';

/** `fromSrc=-` takes the body, anything else is an address. */
export async function importImage(call: DockerCall): Promise<void> {
  const { req, query, services, actor, signal } = call;
  const from = query.get('fromSrc') ?? '';
  const stream = new ProgressStream(call);
  await stream.around(async () => {
    if (from === '-')
      return await importFrom(call, stream, { source: archiveIn(req), totalBytes: lengthOf(req), from });
    const url = checkedUrl(from);
    await using remote = await services.openRemote(url.href, actor, signal);
    stream.line({ status: `Downloading from ${url.href}` });
    const { stream: source, totalBytes } = remote;
    await importFrom(call, stream, { source, totalBytes, from: url.href });
  });
}

async function importFrom(
  call: DockerCall,
  stream: ProgressStream,
  { source, totalBytes, from }: { source: Readable; totalBytes: number | undefined; from: string },
): Promise<void> {
  const { query, environment, services, actor } = call;
  const repository = query.get('repo') ?? '';
  const image = await environment.images.import({
    source,
    totalBytes,
    reference: repository === '' ? undefined : imageReference(repository, query.get('tag')),
    changes: query.getAll('changes'),
    message: query.get('message') || `Imported from ${from}`,
    platform: platformOf(query.get('platform')),
    ...callOptions(call),
    beforeReplace: guardNames(actor, services.ownership),
    // The first line decides the status: of a body that came with the request errors are told by it.
    ...(from !== '-' && {
      onProgress: ({ doneBytes }) => stream.step(() => progressLine('', 'Importing', doneBytes, totalBytes)),
    }),
  });
  await services.ownership.claim('image', image.id, actor.id);
  stream.line({ status: image.id });
}

/** Only images of this system can be run. @throws EngineError `invalid_argument` */
function platformOf(text: string | null): Platform | undefined {
  const platform = tryParsePlatform(text);
  if (platform === undefined || platform.os === 'linux') return platform;
  throw badRequest('operating system is not supported', 'platform_unsupported');
}

function checkedUrl(text: string): URL {
  const url = URL.parse(/^https?:\/\//.test(text) ? text : `http://${text}`);
  if (url === null || url.username !== '') throw badRequest(`invalid URL: ${text.slice(0, 200)}`);
  return url;
}

export function lengthOf({ headers }: DockerCall['req']): number | undefined {
  const length = Number(headers['content-length']);
  return Number.isSafeInteger(length) && length > 0 ? length : undefined;
}
