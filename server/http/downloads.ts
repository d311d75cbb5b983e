import { once } from 'node:events';
import { posix } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '#engine/errors/index.ts';
import type { ProgressOptions } from '#engine/lib/index.ts';
import { familiarReference, tryParseReference, withDefaultTag } from '#engine/reference/index.ts';
import { callerOf, requireActor } from '../trpc/procedure.ts';
import { findLog } from './log-download.ts';
import type { RouteCall } from './routes.ts';

const BUFFER_BYTES = 1 << 20;
const MAX_IMAGES = 200;

interface Download {
  /** Of the operation. */
  kind: string;
  object: { type: string; id?: string | undefined; name: string };
  fileName: string;
  /** Ends `sink` when it is whole and destroys it otherwise; `announce` tells the length where it is known. */
  write(sink: Writable, opts: ProgressOptions & { id: string }, announce: (sizeBytes: number) => void): Promise<void>;
}

export async function downloadExport(call: RouteCall): Promise<void> {
  const { id, name } = await findLog(call);
  const actor = requireActor(call.ctx);
  const { containers } = environmentOf(call);
  await sendDownload(call, {
    kind: 'container.export',
    object: { type: 'container', id, name },
    fileName: `${name}.tar`,
    write: (sink, opts) => containers.export(id, sink, { ...opts, actor }),
  });
}

/** A path of a container as a tar, named after its last part. */
export async function downloadFiles(call: RouteCall): Promise<void> {
  const { id, name } = await findLog(call);
  const actor = requireActor(call.ctx);
  const path = pathOf(call);
  const { containers } = environmentOf(call);
  const fileName = posix.basename(posix.resolve('/', path)) || name;
  await sendDownload(call, {
    kind: 'container.files-read',
    object: { type: 'container', id, name },
    fileName: `${fileName}.tar`,
    write: (sink, opts) => containers.readArchive(id, path, sink, { ...opts, actor }),
  });
}

/** All images in question, for a permission that may be for one's own only: an owner of some of them owns not all. */
export async function findImages(call: RouteCall) {
  const found = await imagesOf(call);
  if (found.length === 0) return { type: 'image' };
  const names = found.map(({ name }) => name);
  const owners = new Set<string | undefined>();
  for (const { id } of found) {
    owners.add(await call.ctx.services.ownership.ownerOf('image', id));
  }
  const [createdBy] = owners;
  return { type: 'image', name: names.join(' '), resource: { createdBy: owners.size === 1 ? createdBy : undefined } };
}

export async function downloadImages(call: RouteCall): Promise<void> {
  const names = (await imagesOf(call)).map(({ name }) => name);
  const { images } = environmentOf(call);
  const [first = 'images'] = names;
  await sendDownload(call, {
    kind: 'image.save',
    object: { type: 'image', name: names.join(' ') },
    fileName: `${names.length === 1 ? first : 'images'}.tar`,
    async write(sink, opts, announce) {
      const { stream, sizeBytes } = await images.save(names, {
        ...opts,
        actor: callerOf(requireActor(call.ctx), opts.id),
      });
      announce(sizeBytes);
      await pipeline(stream, sink, { signal: opts.signal });
    },
  });
}

/**
 * An archive as an operation whose bytes go to whoever asked: it is seen, measured and cancelled like any other, and ends with
 * the connection or the session. What fails before the first byte is answered as an error; later the connection breaks, so
 * that half an archive never looks whole.
 */
async function sendDownload(call: RouteCall, download: Download): Promise<void> {
  const { req, res, ctx, query } = call;
  const actor = requireActor(ctx);
  const { operations, auth } = ctx.services;
  res.setHeader('content-disposition', contentDisposition(download.fileName));
  res.setHeader('content-type', 'application/x-tar');
  res.setHeader('cache-control', 'no-store');
  if (req.method === 'HEAD') return void res.writeHead(200).end();

  const sink = new PassThrough({ highWaterMark: BUFFER_BYTES });
  // The operation has the error; without a listener a destroyed stream would end the process.
  sink.on('error', () => {});
  let failure: unknown;
  const request = {
    environmentId: query.get('environmentId') ?? 'local',
    kind: download.kind,
    actor,
    object: download.object,
  };
  const { id } = await operations.start(request, async (opts) => {
    try {
      await download.write(sink, opts, (sizeBytes) => res.setHeader('content-length', sizeBytes));
      // Not before the last byte is through: until then it can be cancelled, and the reader can go away.
      if (!sink.readableEnded) await once(sink, 'close', { signal: opts.signal });
      if (!sink.readableEnded) throw gone();
    } catch (error) {
      failure = error;
      sink.destroy(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  });
  res.setHeader('x-operation-id', id);
  const cancel = () => {
    operations.cancel(id).catch((err: unknown) => ctx.services.log.warn({ err, operationId: id }, 'not cancelled'));
  };
  using _ended = auth.sessions.onEnded(({ sessionId }) => {
    if (sessionId === actor.sessionId) cancel();
  });
  res.once('close', () => {
    if (!res.writableFinished) cancel();
  });
  if (res.destroyed) cancel();
  await Promise.race([once(sink, 'readable').catch(() => undefined), operations.wait(id)]);
  if (failure !== undefined) {
    for (const name of ['content-disposition', 'content-type', 'content-length']) res.removeHeader(name);
    throw failure;
  }
  res.writeHead(200);
  await pipeline(sink, res).catch((error: unknown) => {
    res.destroy();
    throw error;
  });
  await operations.wait(id);
}

function gone(): EngineError {
  return new EngineError('cancelled', 'Nobody reads the archive any more', { reason: 'download_interrupted' });
}

export function environmentOf({ ctx, query }: RouteCall) {
  return ctx.services.environments.get(query.get('environmentId') ?? 'local');
}

/** @throws EngineError `invalid_argument` */
export function pathOf({ query }: RouteCall): string {
  const path = query.get('path') ?? '/';
  if (path.startsWith('/') && path.length <= 4096 && !path.includes('\0')) return path;
  throw new EngineError('invalid_argument', 'An absolute path is needed', {
    reason: 'path_not_absolute',
    field: 'path',
  });
}

/** Each image with one name of its own: a repository would mean all of its tags, which may be of others. */
async function imagesOf(call: RouteCall): Promise<{ id: string; name: string }[]> {
  const { images } = environmentOf(call);
  const asked = call.query.getAll('name').slice(0, MAX_IMAGES);
  return Promise.all(
    asked.map(async (text) => {
      const { id, references } = await images.inspect(text.slice(0, 255));
      const reference = tryParseReference(text);
      const name = reference && familiarReference(withDefaultTag(reference));
      return { id, name: name !== undefined && references.includes(name) ? name : id };
    }),
  );
}

/** RFC 6266: a plain name for everybody, and the real one in UTF-8; nothing in either ends the header or the folder. */
export function contentDisposition(fileName: string): string {
  const safe = fileName.replace(/[\p{Cc}\p{Cf}/\\]/gu, '_').slice(0, 200) || 'download';
  const plain = safe.replace(/[^\w.-]/g, '_');
  const encoded = encodeURIComponent(safe.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
