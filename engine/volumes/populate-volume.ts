import { close } from 'node:fs';
import { chmod, lchown, lstat, mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TreeCopier } from '../diff/index.ts';
import { errnoOf, isEngineError } from '../errors/index.ts';
import type { Kernel } from '../kernel/index.ts';
import { removeTree, syncFileSystem } from '../snapshots/index.ts';

const O_PATH = 0o10000000;
const O_DIRECTORY = 0o200000;
const closeDescriptor = promisify(close);

/** A copy in progress, and one that is complete and only has to be moved into place. */
const FILLING = '_filling';
const FILLED = '_filled';

type AttributeKernel = Pick<Kernel, 'listxattr' | 'getxattr' | 'setxattr'>;

export interface PopulateDeps {
  kernel: Pick<Kernel, 'openInRoot'> & AttributeKernel;
  copier: Pick<TreeCopier, 'copy'>;
}

/**
 * Copies an image's folder into an empty volume. The copy is made beside `_data`, so that a crash leaves the volume empty
 * or full, and then moved entry by entry, so that `_data` stays the folder which containers have mounted.
 *
 * @returns false when there was nothing to do
 */
export async function populateVolume(
  { kernel, copier }: PopulateDeps,
  folder: string,
  source: { rootfs: string; path: string },
): Promise<boolean> {
  const data = join(folder, '_data');
  if ((await readdir(data)).length > 0) return false;
  const from = await openFolder(kernel, source);
  if (from === undefined) return false;
  const filling = join(folder, FILLING);
  try {
    await removeTree(filling);
    await mkdir(filling, { mode: 0o700 });
    // The descriptor is the folder that was found inside the root, whatever happens to its name.
    await copier.copy({ from: pathOf(from), to: filling });
    await syncFileSystem(filling);
    await rename(filling, join(folder, FILLED));
  } catch (cause) {
    await removeTree(filling);
    throw cause;
  } finally {
    await closeDescriptor(from);
  }
  await finishPopulating(kernel, folder);
  return true;
}

/** The same for a volume that is a mount: nothing can be moved into it, so that a crash may leave a part of the copy. */
export async function populateMounted(
  { kernel, copier }: PopulateDeps,
  folder: string,
  source: { rootfs: string; path: string },
): Promise<boolean> {
  if ((await readdir(folder)).length > 0) return false;
  const from = await openFolder(kernel, source);
  if (from === undefined) return false;
  try {
    await copier.copy({ from: pathOf(from), to: folder });
  } finally {
    await closeDescriptor(from);
  }
  return true;
}

/** What a crash left: a half-made copy goes, a complete one is moved into place. Returns what was done, in words. */
export async function recoverPopulating(kernel: AttributeKernel, folder: string): Promise<string | undefined> {
  const names = await readdir(folder);
  if (names.includes(FILLING)) {
    await removeTree(join(folder, FILLING));
    return 'dropped a half-made copy of image content';
  }
  if (!names.includes(FILLED)) return undefined;
  await finishPopulating(kernel, folder);
  return 'finished copying image content';
}

async function finishPopulating(kernel: AttributeKernel, folder: string): Promise<void> {
  const [filled, data] = [join(folder, FILLED), join(folder, '_data')];
  const { uid, gid, mode } = await lstat(filled);
  for (const name of await readdir(filled)) await rename(join(filled, name), join(data, name));
  await lchown(data, uid, gid);
  await chmod(data, mode & 0o7777);
  for (const name of (await kernel.listxattr(filled)).filter(isKept)) {
    await kernel.setxattr(data, name, (await kernel.getxattr(filled, name)) ?? new Uint8Array());
  }
  await rmdir(filled);
}

/** Those of security modules are this host's own. */
function isKept(attribute: string): boolean {
  return attribute.startsWith('user.') || attribute.startsWith('system.posix_acl_');
}

/** For the copying process: the folder that was found, under a name that stays right. */
function pathOf(fd: number): string {
  return `/proc/${process.pid}/fd/${fd}/.`;
}

/** Undefined when the image has no folder there. */
async function openFolder(
  kernel: PopulateDeps['kernel'],
  source: { rootfs: string; path: string },
): Promise<number | undefined> {
  try {
    return await kernel.openInRoot(source.rootfs, source.path, { flags: O_PATH | O_DIRECTORY });
  } catch (error) {
    if (isEngineError(error, 'not_found') || errnoOf(error) === 'ENOTDIR') return undefined;
    if (isEngineError(error) && error.details['errno'] === 'ENOTDIR') return undefined;
    throw error;
  }
}
