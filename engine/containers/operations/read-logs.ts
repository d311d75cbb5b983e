import { EngineError } from '../../errors/index.ts';
import type { LogLine, ReadLogOptions } from '../../runtime/log/log-reader.ts';
import type { Context } from '../context.ts';
import { resolveRef } from '../resolve-ref.ts';

/** The log of a container, following only as long as it runs. */
export async function readLogs(
  ctx: Context,
  ref: string,
  opts: Omit<ReadLogOptions, 'ended'>,
): Promise<AsyncIterable<LogLine[]>> {
  const record = await resolveRef(ctx.store, ref);
  if (record.config.log.driver === 'none') {
    throw new EngineError('unsupported', 'configured logging driver does not support reading', {
      reason: 'log_driver_unreadable',
    });
  }
  const joined = ctx.tasks.get(record.id);
  const signal = AbortSignal.any([ctx.closing, ...(opts.signal === undefined ? [] : [opts.signal])]);
  return ctx.readLog(ctx.paths.containerLog(record.id), {
    ...opts,
    signal,
    ended: joined?.task.exited ?? Promise.resolve(),
  });
}
