import { existsSync, globSync } from 'node:fs';
import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../errors/index.ts';
import { waitUntil } from './wait-until.ts';

/**
 * The instance's own control groups: one in each hierarchy, or the only one. Its containers are gone; the kernel may need
 * a moment to let the last process go.
 */
export async function removeGroups(instance: string): Promise<void> {
  const root = '/sys/fs/cgroup';
  const parents = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  for (const folder of [root, ...parents.map(({ name }) => join(root, name))]) {
    const group = join(folder, instance);
    // Most hierarchies of version 2 have none.
    if (!existsSync(group)) continue;
    for (const inner of globSync('*/', { cwd: group })) await removeGroup(join(group, inner));
    await removeGroup(group);
  }
}

async function removeGroup(path: string): Promise<void> {
  await waitUntil(`the control group ${path} is empty`, async () => {
    try {
      await rmdir(path);
      return true;
    } catch (error) {
      // Hierarchies may be known by two names, of which one is a link.
      if (errnoOf(error) === 'ENOENT') return true;
      if (errnoOf(error) === 'EBUSY') return false;
      throw error;
    }
  });
}
