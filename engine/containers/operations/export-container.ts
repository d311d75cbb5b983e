import type { Writable } from 'node:stream';
import type { FileChange } from '../../diff/index.ts';
import { openStep, type ProgressOptions } from '../../lib/index.ts';
import type { CallOptions } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { withRoot } from './with-root.ts';

/** The merged root as one tar, without volumes and without the attributes that only this host understands. */
export function exportContainer(
  ctx: Context,
  ref: string,
  sink: Writable,
  opts: CallOptions & ProgressOptions = {},
): Promise<void> {
  return withRoot(ctx, ref, opts, async ({ record, rootfs, signal }) => {
    const step = openStep(opts, { id: 'tree', kind: 'pack', name: record.name });
    await ctx.packer.pack({
      root: rootfs,
      omitTop: true,
      form: 'portable',
      sink,
      signal,
      onProgress: ({ tarBytes, name }) => step.progress({ doneBytes: tarBytes, step: name }),
    });
    step.end();
    publish(ctx, record, 'export', { opts });
  });
}

/** What the container has changed of its image; volumes and the files that every container gets are not among it. */
export function listChanges(ctx: Context, ref: string, opts: CallOptions = {}): Promise<FileChange[]> {
  return withRoot(ctx, ref, opts, async ({ record, signal }) => {
    return ctx.files.changes({ ...(await ctx.snapshots.foldersOf(record.id)), signal });
  });
}
