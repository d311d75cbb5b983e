import { access, constants, mkdir } from 'node:fs/promises';
import { EngineError, errnoOf } from '#engine/errors/index.ts';

/**
 * Makes a folder that was asked for, or finds it.
 * @param flag by which it can be given another place
 * @throws EngineError `unavailable` when it cannot be made, is no folder, or cannot be written to
 */
export async function ensureUsableFolder(flag: string, folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const words = `The folder of ${flag} cannot be made or written to: ${folder} (${errnoOf(cause) ?? cause}); choose another, or mend this one`;
    throw new EngineError('unavailable', words, { reason: 'folder_unusable', folder }, { cause });
  }
}
