import { tryParseContainerId } from '../../lib/index.ts';
import type { ContainerDetail, ContainerHandle, ContainerRecord } from '../container-service.ts';
import type { Context } from '../context.ts';
import { resolveRef } from '../resolve-ref.ts';
import { stopReason } from '../stop-reason.ts';
import { summariser } from './list-containers.ts';

export async function inspectContainer(ctx: Context, ref: string): Promise<ContainerDetail> {
  const record = await resolveRef(ctx.store, ref);
  const attachments = await ctx.networks.attachmentsOf(record.id);
  const summaryOf = await summariser(ctx, [record], () => attachments);
  const reason = stopReason(record, undefined);
  return {
    ...summaryOf(record),
    config: record.config,
    process: record.process,
    paths: { log: ctx.paths.containerLog(record.id), bundle: ctx.paths.container(record.id) },
    stopReason: reason?.kind === 'crashed' ? { ...reason, lastErrorLine: await lastErrorLine(ctx, record) } : reason,
    execIds: ctx.execs.idsOf(record.id),
  };
}

/** Which container is meant and whose it is: what a gate asks before every verb. */
export async function identifyContainer(ctx: Context, ref: string): Promise<ContainerHandle> {
  const asked = tryParseContainerId(ref);
  const known = asked === undefined ? undefined : await ctx.store.identify(asked);
  // A name, a prefix, or one that is nobody's yet: the usual look says what it is.
  const { id, name, createdBy } =
    known === undefined || known.phase === 'creating' ? await resolveRef(ctx.store, ref) : known;
  return { id, name, createdBy };
}

async function lastErrorLine(ctx: Context, record: ContainerRecord): Promise<string | undefined> {
  if (record.config.log.driver === 'none') return undefined;
  // A terminal has one stream only.
  const streams = record.config.tty ? {} : { stdout: false, stderr: true };
  let last: string | undefined;
  for await (const lines of ctx.readLog(ctx.paths.containerLog(record.id), { ...streams, tail: 1 })) {
    last = lines.at(-1)?.text.toString('utf8').slice(0, 500) ?? last;
  }
  return last;
}
