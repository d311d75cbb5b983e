import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../errors/index.ts';

/** Bytes on disk and inodes of a folder and all below; a file with several names counts once, what vanishes meanwhile not at all. */
export async function diskUsage(folder: string): Promise<{ sizeBytes: number; inodes: number }> {
  const seen = new Set<string>();
  const total = { sizeBytes: 0, inodes: 0 };
  const pending = [folder];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const info = await unlessGone(lstat(path));
    if (info === undefined) continue;
    const key = `${info.dev}:${info.ino}`;
    if (info.nlink > 1 && !info.isDirectory()) {
      if (seen.has(key)) continue;
      seen.add(key);
    }
    total.inodes += 1;
    total.sizeBytes += info.blocks * 512;
    if (info.isDirectory()) {
      for (const name of (await unlessGone(readdir(path))) ?? []) pending.push(join(path, name));
    }
  }
  return total;
}

async function unlessGone<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    // A path that is too long for the kernel cannot be measured by name; such trees are hostile and counted in part.
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
