import { EngineError } from '#engine/errors/index.ts';
import { parseDigest } from '#engine/oci/index.ts';
import { requireActor } from '../trpc/procedure.ts';
import { backupVolumeInput, restoreVolumeInput } from '../trpc/volumes/volumes.schema.ts';
import { assertMayPause, startVolumeBackup, startVolumeRestore } from '../uploads/volume-operations.ts';
import { sendJson } from './answer.ts';
import { parseQuery } from './parse-query.ts';
import { bodyOf } from './request-body.ts';
import type { RouteCall } from './routes.ts';
import { refuseFormBody, untilRead } from './uploads.ts';

const TYPES = {
  none: { extension: 'tar', type: 'application/x-tar' },
  gzip: { extension: 'tar.gz', type: 'application/gzip' },
  zstd: { extension: 'tar.zst', type: 'application/zstd' },
} as const;

/** Whose volume it is; whether it exists is told only to those who may read it. */
export async function findVolume({ ctx, params: [name = ''] }: RouteCall) {
  return {
    type: 'volume',
    id: name,
    name,
    resource: { createdBy: await ctx.services.ownership.ownerOf('volume', name) },
  };
}

/** The name of the volume to come. */
export async function namedVolume({ query }: RouteCall) {
  return { type: 'volume', name: query.get('name') ?? undefined };
}

/**
 * A volume as an archive that ends with its own digest. The work is an operation, whose id is in the header `x-operation-id`:
 * cancelled or failed, it breaks the connection, so that no half of an archive looks like a whole one.
 */
export async function sendVolumeBackup(call: RouteCall): Promise<void> {
  const { req, res, ctx, params, query } = call;
  const actor = requireActor(ctx);
  const { services } = ctx;
  const environment = services.environments.get(query.get('environmentId') ?? 'local');
  const { compression, consistent } = parseQuery(backupVolumeInput, query);
  const { name } = await environment.volumes.get(params[0] ?? '');
  const task = { services, environment, actor };
  if (consistent) await assertMayPause(task, name);
  const { extension, type } = TYPES[compression];
  res.setHeader('content-disposition', `attachment; filename="${name}.${extension}"`);
  res.setHeader('content-type', type);
  res.setHeader('cache-control', 'no-store');
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  using _ended = services.auth.sessions.onEnded(({ sessionId }) => {
    if (sessionId === actor.sessionId) res.destroy();
  });
  const { operationId } = await startVolumeBackup(task, { name, compression, consistent, sink: res }, (id) => {
    res.setHeader('x-operation-id', id);
  });
  const { state } = await services.operations.wait(operationId);
  if (state === 'succeeded') return;
  res.destroy();
  const details = { reason: 'backup_unfinished', operationId };
  throw new EngineError('unavailable', `The backup of volume ${name} was not finished`, details);
}

/** An archive as the body of a POST; see `receiveImage`. */
export async function receiveVolumeBackup({ req, res, ctx, query }: RouteCall): Promise<void> {
  const actor = requireActor(ctx);
  const { services } = ctx;
  refuseFormBody(req);
  const { name, digest, unproven } = parseQuery(restoreVolumeInput, query);
  const environment = services.environments.get(query.get('environmentId') ?? 'local');
  using _ended = services.auth.sessions.onEnded(({ sessionId }) => {
    if (sessionId === actor.sessionId) req.destroy(new Error('The session ended during the upload'));
  });
  const request = { name, unproven, digest: digest === undefined ? undefined : parseDigest(digest) };
  const open = () => Promise.resolve(bodyOf(req));
  const { operationId } = await startVolumeRestore({ services, environment, actor }, request, open);
  await Promise.race([untilRead(req), services.operations.wait(operationId)]);
  res.setHeader('x-operation-id', operationId);
  sendJson(res, 202, { operationId });
}
