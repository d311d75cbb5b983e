import { EngineError } from '../../errors/index.ts';
import type { LogBytesOptions, LogLine, ReadLogOptions } from '../../runtime/log/log-reader.ts';
import type { Context } from '../context.ts';
import { resolveRef } from '../resolve-ref.ts';

/** The log of a container, following only as long as it runs. */
export async function readLogs(
  ctx: Context,
  ref: string,
  opts: Omit<ReadLogOptions, 'ended'>,
): Promise<AsyncIterable<LogLine[]>> {
  const { path, ending } = await findLog(ctx, ref, opts.signal);
  return ctx.readLog(path, { ...opts, ...ending });
}

/** The same as bytes. */
export async function readLogBytes(
  ctx: Context,
  ref: string,
  opts: Omit<LogBytesOptions, 'ended'>,
): Promise<AsyncIterable<Buffer>> {
  const { path, ending } = await findLog(ctx, ref, opts.signal);
  return ctx.readLogBytes(path, { ...opts, ...ending });
}

async function findLog(ctx: Context, ref: string, asked: AbortSignal | undefined) {
  const record = await resolveRef(ctx.store, ref);
  if (record.config.log.driver === 'none') {
    throw new EngineError('unsupported', 'configured logging driver does not support reading', {
      reason: 'log_driver_unreadable',
    });
  }
  const joined = ctx.tasks.get(record.id);
  const signal = AbortSignal.any([ctx.closing, ...(asked === undefined ? [] : [asked])]);
  return {
    path: ctx.paths.containerLog(record.id),
    ending: { signal, ended: joined?.task.exited ?? Promise.resolve() },
  };
}
