import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { downloadLogInput } from '../trpc/containers/containers.schema.ts';
import { requireActor } from '../trpc/procedure.ts';
import { logFileName } from './log-file-name.ts';
import { parseQuery } from './parse-query.ts';
import type { RouteCall } from './routes.ts';

/** Whose log it is. @throws EngineError `not_found` */
export async function findLog({ ctx, query, params: [ref = ''] }: RouteCall) {
  const { containers } = ctx.services.environments.get(query.get('environmentId') ?? 'local');
  const { id, name, createdBy } = await containers.inspect(ref);
  return { type: 'container', id, name, resource: { createdBy } };
}

/** The log as a file: all of it, or a stretch of time and one stream; ends early when the session does. */
export async function downloadLog(call: RouteCall): Promise<void> {
  const { res, ctx, query } = call;
  const actor = requireActor(ctx);
  const { id, name } = await findLog(call);
  const { from: since, to: until, stream, timestamps, gzip } = parseQuery(downloadLogInput, query);
  const { containers } = ctx.services.environments.get(query.get('environmentId') ?? 'local');
  const aborter = new AbortController();
  using _ended = ctx.services.auth.sessions.onEnded((end) => {
    if (end.sessionId === actor.sessionId) aborter.abort();
  });
  const { signal } = aborter;
  res.on('close', () => aborter.abort());
  const streams = { stdout: stream !== 'stderr', stderr: stream !== 'stdout' };
  const bytes = await containers.logBytes(id, { framed: false, timestamps, since, until, ...streams, signal });
  const file = logFileName(name, { since, until }, new Date());
  res.setHeader('content-disposition', `attachment; filename="${file}${gzip ? '.gz' : ''}"`);
  res.setHeader('cache-control', 'no-store');
  res.writeHead(200, { 'content-type': gzip ? 'application/gzip' : 'text/plain; charset=utf-8' });
  const source = Readable.from(bytes, { objectMode: false });
  if (gzip) await pipeline(source, createGzip(), res, { signal });
  else await pipeline(source, res, { signal });
}
