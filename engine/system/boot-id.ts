import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../errors/index.ts';
import { writeFileAtomic } from '../lib/index.ts';

const KERNEL_BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** Whether the host has booted since the last start on this data root: then no recorded process can be alive. */
export async function detectReboot(dataRoot: string, bootIdPath: string = KERNEL_BOOT_ID): Promise<boolean> {
  const file = join(dataRoot, 'boot-id');
  const now = (await readFile(bootIdPath, 'utf8')).trim();
  const before = await readOptional(file);
  if (before === now) return false;
  await writeFileAtomic(file, now);
  return before !== undefined;
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
