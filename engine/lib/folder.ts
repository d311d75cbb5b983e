import { access, readdir, stat, utimes } from 'node:fs/promises';
import { errnoOf } from '../errors/index.ts';

/** Names in a folder that may not exist. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/**
 * The `errno` code, such as `EROFS`, with which a folder refuses to be changed; undefined when it can be. A file system that met
 * an error turns read-only in the middle of work, and not all of them say so when asked: a change that changes nothing shows it.
 */
export async function whyNotWritable(folder: string): Promise<string | undefined> {
  try {
    const { atime, mtime } = await stat(folder);
    await utimes(folder, atime, mtime);
    return undefined;
  } catch (error) {
    return errnoOf(error) ?? String(error);
  }
}
