import { posix } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { PathStat } from '../../diff/index.ts';
import { EngineError, isEngineError } from '../../errors/index.ts';
import { openStep, type ProgressOptions } from '../../lib/index.ts';
import type { CallOptions, WriteArchiveOptions } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { resolveUser } from '../user.ts';
import { openView, withRoot } from './with-root.ts';

export function statPath(ctx: Context, ref: string, path: string, opts: CallOptions = {}): Promise<PathStat> {
  return withRoot(ctx, ref, opts, async (root) => {
    await using view = await openView(ctx, root);
    return await asDocker(ref, path, () => ctx.files.stat({ view, path, signal: root.signal }));
  });
}

/** A folder comes with its own name, a link as a link. */
export function readArchive(
  ctx: Context,
  ref: string,
  path: string,
  sink: Writable,
  opts: CallOptions & ProgressOptions = {},
): Promise<void> {
  return withRoot(ctx, ref, opts, async (root) => {
    await using view = await openView(ctx, root);
    const step = openStep(opts, { id: 'tree', kind: 'pack', name: path });
    await asDocker(ref, path, () =>
      ctx.packer.pack({
        root: view.root,
        mounts: view.mounts,
        enterMounts: view.enterMounts,
        path,
        as: archivedName(path),
        form: 'portable',
        sink,
        signal: root.signal,
        // As dockerd, before the copy has ended: a client may leave as soon as it has seen enough.
        onBegin: () => publish(ctx, root.record, 'archive-path', { opts }),
        onProgress: ({ tarBytes, name }) => step.progress({ doneBytes: tarBytes, step: name }),
      }),
    );
    step.end();
  });
}

export function writeArchive(
  ctx: Context,
  ref: string,
  path: string,
  source: Readable,
  opts: WriteArchiveOptions = {},
): Promise<void> {
  return withRoot(ctx, ref, opts, async (root) => {
    const { noOverwriteDirNonDir = false, copyOwner = false } = opts;
    const { user } = root.record.process;
    const isNamed = copyOwner && user !== '';
    const owner = isNamed ? await resolveUser(ctx.kernel, root.rootfs, user) : undefined;
    await using view = await openView(ctx, root);
    const step = openStep(opts, { id: 'tree', kind: 'unpack', name: path });
    await asDocker(ref, path, () =>
      ctx.inserter.insert({
        source,
        view,
        into: { path, noOverwriteDirNonDir, owner: owner && { uid: owner.uid, gid: owner.gid } },
        signal: root.signal,
        onProgress: ({ readBytes, name }) => step.progress({ doneBytes: readBytes, step: name }),
      }),
    );
    step.end();
    publish(ctx, root.record, 'extract-to-dir', { opts });
  }).finally(() => source.destroy());
}

/** As dockerd names it: the CLI puts its own name in place of this one, and finds nothing to copy where names are bare. */
function archivedName(path: string): string {
  return /(?:^|\/)\.$/.test(path) ? '.' : posix.basename(posix.resolve('/', path)) || '/';
}

/** Clients of Docker show this text. */
async function asDocker<T>(ref: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { reason = '' } = isEngineError(error, 'not_found') ? error.details : {};
    if (!['path_missing', 'pack_path_missing'].includes(reason)) throw error;
    const message = `Could not find the file ${path} in container ${ref}`;
    throw new EngineError('not_found', message, { reason: 'path_missing', path, ref }, { cause: error });
  }
}
