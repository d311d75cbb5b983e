import { arch } from 'node:os';
import type { Readable } from 'node:stream';
import type { Platform } from '#engine/oci/index.ts';
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
    platform: tryParsePlatform(query.get('platform')),
    ...callOptions(call),
    // The first line decides the status: of a body that came with the request errors are told by it.
    ...(from !== '-' && {
      onProgress: ({ doneBytes }) => stream.step(() => progressLine('', 'Importing', doneBytes, totalBytes)),
    }),
  });
  await services.ownership.claim('image', image.id, actor.id);
  stream.line({ status: image.id });
}

const OTHER_SYSTEMS = new Set(['windows', 'darwin', 'macos', 'freebsd', 'openbsd', 'netbsd', 'solaris', 'plan9']);

/** Of this host, in the words of images. */
function ownArchitecture(): string {
  return arch() === 'x64' ? 'amd64' : arch();
}

/** `linux/arm64/v8`, also without what follows a slash; undefined when not asked for. */
function tryParsePlatform(text: string | null): Platform | undefined {
  if (text === null || text === '') return undefined;
  const shown = JSON.stringify(text.slice(0, 100));
  const parts = text.toLowerCase().split('/');
  const [os = '', architecture = ownArchitecture(), variant] = parts;
  const wrong = parts.find((part) => !/^[a-z0-9_.-]+$/.test(part));
  if (wrong !== undefined) throw badRequest(`${JSON.stringify(wrong)} is an invalid OS component of ${shown}`);
  if (parts.length > 3) throw badRequest(`${shown}: cannot parse platform specifier: invalid argument`);
  if (os === 'linux') return { os, architecture, ...(variant !== undefined && { variant }) };
  if (OTHER_SYSTEMS.has(os)) throw badRequest('operating system is not supported', 'platform_unsupported');
  throw badRequest(`${shown}: unknown operating system or architecture: invalid argument`, 'platform_unknown');
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
