import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKernel } from '../kernel/index.ts';
import { enginePaths } from '../paths.ts';
import { Cgroups } from '../runtime/cgroups.ts';
import { readHostFacts } from '../runtime/host-facts.ts';
import type { TestEnginePlace } from './test-engine.ts';

/** The pid of a container's shim. */
export async function shimPid(place: TestEnginePlace, id: string): Promise<number> {
  const paths = enginePaths(join(place.root, 'data'), join(place.root, 'run'));
  return Number(await readFile(join(paths.runContainer(id), 'shim'), 'utf8'));
}

/**
 * What a power cut takes from a stopped engine: processes, control groups, mounts, namespaces, links, the firewall table
 * and the run root. The data root stays, and the kernel's boot id is another one.
 */
export async function loseHost(place: TestEnginePlace): Promise<void> {
  const paths = enginePaths(join(place.root, 'data'), join(place.root, 'run'));
  for (const id of await readdir(paths.runContainers)) {
    const pid = await shimPid(place, id).catch(() => undefined);
    // No file: this one does not run.
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  }
  const cgroups = new Cgroups({ instance: place.instance, version: readHostFacts().cgroupVersion });
  for (const id of cgroups.list()) {
    await cgroups.killAll(id);
    await cgroups.remove(id);
  }
  await using kernel = await createKernel();
  for (const name of await readdir(paths.netns)) await kernel.dropNetns(join(paths.netns, name));
  const mounts = (await kernel.listMounts())
    .map(({ target }) => target)
    .filter((target) => target.startsWith(`${paths.runRoot}/`));
  for (const target of mounts.reverse()) await kernel.unmount(target);
  for (const { name } of await kernel.listLinks()) if (name.startsWith(place.instance)) await kernel.deleteLink(name);
  await kernel.deleteTable(place.instance);
  await rm(paths.runRoot, { recursive: true, force: true });
  await writeFile(join(paths.dataRoot, 'boot-id'), 'another boot');
}
