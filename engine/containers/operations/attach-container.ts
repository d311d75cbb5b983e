import type { ExecId } from '../../lib/index.ts';
import type { AttachStream } from '../../runtime/runtime.ts';
import type { CallOptions } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { DeferredAttach } from '../deferred-attach.ts';
import { getRecord, resolveRef } from '../resolve-ref.ts';
import { assertAllowed, canDo } from '../transitions.ts';

/** To a running container at once; to one that is not started yet, silently until it is (`docker run` attaches first). */
export async function attachContainer(ctx: Context, ref: string, opts: CallOptions = {}): Promise<AttachStream> {
  const { id } = await resolveRef(ctx.store, ref);
  using _lock = await ctx.locks.acquire(id, opts.signal);
  const record = await getRecord(ctx.store, id);
  const { status } = record.state;
  if (status === 'created' || status === 'exited') {
    const clients = ctx.waitingClients.get(id) ?? new Set<DeferredAttach>();
    ctx.waitingClients.set(id, clients);
    const client = new DeferredAttach(() => {
      clients.delete(client);
      if (clients.size === 0 && ctx.waitingClients.get(id) === clients) ctx.waitingClients.delete(id);
    });
    clients.add(client);
    closeOnAbort(client, opts.signal);
    publish(ctx, record, 'attach', { opts });
    return client;
  }
  if (!canDo('attach', status)) assertAllowed('attach', record);
  const stream = await ctx.runtime.attach(id);
  closeOnAbort(stream, opts.signal);
  publish(ctx, record, 'attach', { opts });
  return stream;
}

/** The caller may have gone while the stream was made: nobody else would close it. */
function closeOnAbort(stream: AttachStream, signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) stream.close();
  else signal?.addEventListener('abort', () => stream.close(), { once: true });
}

/** Size of a running container's terminal. */
export async function resizeContainer(
  ctx: Context,
  ref: string,
  rows: number,
  columns: number,
  opts: CallOptions = {},
): Promise<void> {
  const record = await resolveRef(ctx.store, ref);
  assertAllowed('attach', record);
  await using stream = await ctx.runtime.attach(record.id);
  stream.resize(rows, columns);
  publish(ctx, record, 'resize', { attributes: { height: String(rows), width: String(columns) }, opts });
}

/** Somebody left by the keys for it; what runs goes on. Connections that just end are not told. */
export async function tellDetached(ctx: Context, ref: string, execId?: ExecId, opts: CallOptions = {}): Promise<void> {
  const record = await resolveRef(ctx.store, ref);
  if (execId === undefined) publish(ctx, record, 'detach', { opts });
  else publish(ctx, record, 'exec_detach', { attributes: { execID: execId }, opts });
}
