import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EngineError, errnoOf } from '#engine/errors/index.ts';

/**
 * Makes a folder that was asked for, or finds it.
 * @param flag by which it can be given another place
 * @throws EngineError `unavailable` when it cannot be made, is no folder, or cannot be written to
 */
export async function ensureUsableFolder(flag: string, folder: string, mode: number): Promise<void> {
  try {
    await makeFolder(folder, mode);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const words = `The folder of ${flag} cannot be made or written to: ${folder} (${errnoOf(cause) ?? cause}); choose another, or mend this one`;
    throw new EngineError('unavailable', words, { reason: 'folder_unusable', folder }, { cause });
  }
}

/** Node's own way with `recursive` never ends where a parent is there and still nothing can be found in it, as in /proc. */
async function makeFolder(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' && dirname(folder) !== folder) {
      await makeFolder(dirname(folder), mode);
      // Somebody else may have made it meanwhile.
      await mkdir(folder, mode).catch((again: unknown) => assertFolder(folder, again));
    } else await assertFolder(folder, error);
  }
}

async function assertFolder(folder: string, error: unknown): Promise<void> {
  const isFolder = errnoOf(error) === 'EEXIST' && (await stat(folder)).isDirectory();
  if (!isFolder) throw error;
}
