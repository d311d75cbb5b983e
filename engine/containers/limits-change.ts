import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../errors/index.ts';
import { CleanupStack, failpoint, writeFileAtomic } from '../lib/index.ts';
import type { ContainerRecord, UpdatableResources } from './container-service.ts';
import type { Context } from './context.ts';

type Limits = Pick<ContainerRecord['config'], 'resources' | 'restart'>;

interface LimitsChange {
  /** What the group is told. */
  change: UpdatableResources;
  before: Limits;
  after: Limits;
}

/**
 * Changes the group of a running container and its row. A note beside the shim's files says that this is under way, so that the
 * next server makes both say the same after a crash between them; it ends with the power, as the group does.
 *
 * @throws what the kernel or the store refused, with both as before
 */
export async function changeLimitsLocked(ctx: Context, record: ContainerRecord, limits: LimitsChange): Promise<void> {
  const note = noteOf(ctx, record.id);
  await using undo = new CleanupStack();
  await writeFileAtomic(note, JSON.stringify(limits));
  undo.defer('forget the note', () => rm(note));
  await saveLimits(ctx, record, limits.after);
  undo.defer('restore the row', () => saveLimits(ctx, record, limits.before));
  await failpoint('update.row');
  await ctx.runtime.update(record.id, limits.change);
  undo.commit();
  await failpoint('update.group');
  await rm(note);
}

/** What a crash had cut off; undefined when nothing was. The caller holds the lock. */
export async function settleLimitsLocked(ctx: Context, record: ContainerRecord): Promise<string | undefined> {
  const limits = await readNote(ctx, record.id);
  if (limits === undefined) return undefined;
  let holds = limits.after;
  if (ctx.tasks.has(record.id)) {
    try {
      await ctx.runtime.update(record.id, limits.change);
    } catch (error) {
      ctx.log.warn({ err: error, containerId: record.id }, 'limits whose change was cut off are refused now');
      holds = limits.before;
    }
  }
  await saveLimits(ctx, record, holds);
  await rm(noteOf(ctx, record.id));
  return 'finished a change of its limits that was cut off';
}

async function saveLimits(ctx: Context, { id, config }: ContainerRecord, limits: Limits): Promise<void> {
  await ctx.store.update(id, { config: { ...config, ...limits } });
}

function noteOf(ctx: Context, id: ContainerRecord['id']): string {
  return join(ctx.paths.runContainer(id), 'limits');
}

async function readNote(ctx: Context, id: ContainerRecord['id']): Promise<LimitsChange | undefined> {
  try {
    return JSON.parse(await readFile(noteOf(ctx, id), 'utf8')) as LimitsChange;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
