import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { requireActor } from '../trpc/procedure.ts';
import type { RouteCall } from './routes.ts';

/** Whose log it is. @throws EngineError `not_found` */
export async function findLog({ ctx, query, params: [ref = ''] }: RouteCall) {
  const { containers } = ctx.services.environments.get(query.get('environmentId') ?? 'local');
  const { id, name, createdBy } = await containers.inspect(ref);
  return { type: 'container', id, name, resource: { createdBy } };
}

/** The whole log as a file, with times when `timestamps=1`; ends early when the session does. */
export async function downloadLog(call: RouteCall): Promise<void> {
  const { res, ctx, query } = call;
  const actor = requireActor(ctx);
  const { id, name } = await findLog(call);
  const { containers } = ctx.services.environments.get(query.get('environmentId') ?? 'local');
  const aborter = new AbortController();
  using _ended = ctx.services.auth.sessions.onEnded((end) => {
    if (end.sessionId === actor.sessionId) aborter.abort();
  });
  const { signal } = aborter;
  res.on('close', () => aborter.abort());
  const timestamps = query.get('timestamps') === '1';
  const bytes = await containers.logBytes(id, { framed: false, timestamps, signal });
  res.setHeader('content-disposition', `attachment; filename="${name.replace(/[^\w.-]/g, '_')}.log"`);
  res.setHeader('cache-control', 'no-store');
  res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  await pipeline(Readable.from(bytes, { objectMode: false }), res, { signal });
}
