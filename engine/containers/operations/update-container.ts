import { EngineError } from '../../errors/index.ts';
import type { Resources } from '../../runtime/runtime.ts';
import { checkRestartPolicy } from '../check-config.ts';
import { checkResources } from '../check-resources.ts';
import type { CallOptions, ContainerRecord, UpdatableResources, UpdateRequest } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { changeLimitsLocked } from '../limits-change.ts';
import { getRecord, resolveRef } from '../resolve-ref.ts';

/** What the kernel refuses is not kept either. */
export async function updateContainer(
  ctx: Context,
  ref: string,
  request: UpdateRequest,
  opts: CallOptions = {},
): Promise<{ warnings: string[] }> {
  const { id } = await resolveRef(ctx.store, ref);
  using _lock = await ctx.locks.acquire(id, opts.signal);
  const record = await getRecord(ctx.store, id);
  const { status } = record.state;
  if (status === 'removing' || status === 'dead')
    throw cannotUpdate(record, 'container is marked for removal and cannot be "update"');
  const change = request.resources ?? {};
  const warnings = checkResources(withoutRemovals(change), ctx.runtime.host, { update: true });
  const resources = mergeResources(record, change);
  const restart = checkedPolicy(record, request);

  if ((status === 'running' || status === 'paused') && request.resources !== undefined)
    await changeLimitsLocked(ctx, record, {
      change: withMemory(change, resources),
      before: { resources: record.config.resources, restart: record.config.restart },
      after: { resources, restart },
    });
  else await ctx.store.update(id, { config: { ...record.config, resources, restart } });
  publish(ctx, record, 'update', { opts });
  return { warnings };
}

function checkedPolicy(record: ContainerRecord, { restart }: UpdateRequest): ContainerRecord['config']['restart'] {
  if (restart === undefined) return record.config.restart;
  checkRestartPolicy(restart);
  if (record.config.autoRemove && restart.name !== 'no')
    throw cannotUpdate(record, 'Restart policy cannot be updated because AutoRemove is enabled for the container');
  return restart;
}

/** -1 is a wish of its own, which the checks of a creation do not know. */
function withoutRemovals(change: UpdatableResources): UpdatableResources {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== -1));
}

/** The new sum of memory and swap is judged by the memory that will hold. */
function withMemory(change: UpdatableResources, merged: Resources): UpdatableResources {
  const needed = change.memorySwapBytes && !change.memoryBytes && merged.memoryBytes;
  return needed ? { ...change, memoryBytes: merged.memoryBytes ?? 0 } : change;
}

/**
 * What the record says after the change.
 * @throws EngineError `conflict` for combinations Docker refuses
 */
function mergeResources(record: ContainerRecord, change: UpdatableResources): Resources {
  const now = record.config.resources;
  const { nanoCpus = 0, cpuPeriod = 0, cpuQuota = 0, memoryBytes = 0, memorySwapBytes = 0 } = change;
  const conflicting = (what: string, by: string) =>
    cannotUpdate(record, `Conflicting options: ${what} cannot be updated as ${by} has already been set`);
  if (nanoCpus > 0 && (now.cpuPeriod ?? 0) > 0) throw conflicting('Nano CPUs', 'CPU Period');
  if (nanoCpus > 0 && (now.cpuQuota ?? 0) > 0) throw conflicting('Nano CPUs', 'CPU Quota');
  if (cpuPeriod > 0 && (now.nanoCpus ?? 0) > 0) throw conflicting('CPU Period', 'NanoCPUs');
  if (cpuQuota > 0 && (now.nanoCpus ?? 0) > 0) throw conflicting('CPU Quota', 'NanoCPUs');
  const swapNow = now.memorySwapBytes ?? 0;
  if (memoryBytes > 0 && memorySwapBytes === 0 && swapNow >= 0 && memoryBytes > swapNow)
    throw cannotUpdate(
      record,
      'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
    );
  if (memorySwapBytes > 0 && memoryBytes === 0 && (now.memoryBytes ?? 0) > memorySwapBytes)
    throw cannotUpdate(record, 'Minimum memoryswap limit should be larger than memory limit, see usage');
  const merged: Record<string, unknown> = { ...now };
  for (const [name, value] of Object.entries(change)) {
    if (name === 'pidsLimit' && value === 0) delete merged[name];
    else if (value === undefined || value === 0 || value === '') continue;
    // "No limit" of memory and swap together has to stay in the record: the default would be twice the memory.
    else if (value === -1 && name !== 'memorySwapBytes') delete merged[name];
    else merged[name] = value;
  }
  if (merged['memoryBytes'] === undefined && merged['memorySwapBytes'] === -1) delete merged['memorySwapBytes'];
  return merged;
}

function cannotUpdate({ id }: ContainerRecord, why: string): EngineError {
  return new EngineError('conflict', `Cannot update container ${id}: ${why}`, { reason: 'cannot_update', id });
}
