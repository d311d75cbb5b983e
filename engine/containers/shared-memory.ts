import { mkdir } from 'node:fs/promises';
import { EngineError } from '../errors/index.ts';
import type { TaskSpec } from '../runtime/runtime.ts';
import type { ContainerRecord } from './container-service.ts';
import type { Context } from './context.ts';
import { sharedWith } from './network-mode.ts';
import { resolveRef } from './resolve-ref.ts';

const DEFAULT_SHM_BYTES = 64 * 1024 * 1024;

export function shmSizeOf({ config }: Pick<ContainerRecord, 'config'>): number {
  return config.shmSizeBytes || DEFAULT_SHM_BYTES;
}

/**
 * What becomes /dev/shm. A shareable one lies on the host, where the containers that join find it; the caller defers
 * `dropSharedMemory`.
 *
 * @throws EngineError `invalid_argument` in Docker's words when the other container does not share its own
 */
export async function joinSharedMemory(ctx: Context, record: ContainerRecord): Promise<TaskSpec['shm']> {
  const { ipcMode } = record.config;
  if (ipcMode === 'none') return 'none';
  if (ipcMode === 'shareable') {
    const source = ctx.paths.sharedMemory(record.id);
    await mkdir(source, { recursive: true, mode: 0o700 });
    await dropSharedMemory(ctx, record.id);
    await ctx.kernel.mountTmpfs(source, { sizeBytes: shmSizeOf(record), mode: 0o1777 });
    return { source };
  }
  const ref = sharedWith(ipcMode);
  if (ref === undefined) return undefined;
  const other = await resolveRef(ctx.store, ref);
  if (other.config.ipcMode === 'host') return { source: '/dev/shm' };
  if (other.config.ipcMode === 'shareable') return { source: ctx.paths.sharedMemory(other.id) };
  const hint = 'non-shareable IPC (hint: use IpcMode:shareable for the donor container)';
  throw new EngineError('invalid_argument', `failed to join IPC namespace: container ${ref}: ${hint}`, {
    reason: 'ipc_not_shareable',
    field: 'ipcMode',
    ref,
  });
}

/** Who joined keeps the memory until it ends itself. Idempotent. */
export async function dropSharedMemory(ctx: Context, id: ContainerRecord['id']): Promise<void> {
  while (await ctx.kernel.unmount(ctx.paths.sharedMemory(id)));
}
