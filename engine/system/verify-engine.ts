import type { ContainerStore } from '../containers/index.ts';
import type { ImageService } from '../images/image-service.ts';
import type { Kernel } from '../kernel/index.ts';
import { type ContainerId, shortId } from '../lib/index.ts';
import type { NetworkService } from '../networks/network-service.ts';
import type { EnginePaths } from '../paths.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Snapshotter } from '../snapshots/snapshotter.ts';

interface VerifyDeps {
  containers: ContainerStore;
  alive: ReadonlySet<ContainerId>;
  runtime: Pick<Runtime, 'listKnown'>;
  kernel: Pick<Kernel, 'listMounts'>;
  snapshots: Pick<Snapshotter, 'list'>;
  networks: Pick<NetworkService, 'verify'>;
  images: Pick<ImageService, 'verify'>;
  paths: EnginePaths;
}

/** Every disagreement between rows and host, in words. */
export async function verifyEngine(deps: VerifyDeps, opts: { deep?: boolean }): Promise<string[]> {
  const rows = await deps.containers.list();
  const findings = [
    ...rowsAgainstProcesses(rows, deps.alive, new Set(await deps.runtime.listKnown())),
    ...(await mountsAgainstProcesses(deps)),
    ...(await snapshotsAgainstRows(deps, new Set<string>(rows.map(({ id }) => id)))),
    ...(await deps.networks.verify(deps.alive)),
  ];
  return opts.deep === true ? [...findings, ...(await deps.images.verify())] : findings;
}

function rowsAgainstProcesses(
  rows: Awaited<ReturnType<ContainerStore['list']>>,
  alive: ReadonlySet<ContainerId>,
  known: ReadonlySet<ContainerId>,
): string[] {
  const findings: string[] = [];
  for (const { id, name, state } of rows) {
    const runs = state.status === 'running' || state.status === 'paused';
    if (runs && !known.has(id)) findings.push(`container ${name}: ${state.status} by its row, unknown to the runtime`);
    if (!runs && alive.has(id)) findings.push(`container ${name}: ${state.status} by its row, but its process runs`);
  }
  for (const id of known) {
    if (!alive.has(id)) findings.push(`runtime: knows ${shortId(id)}, which does not run`);
  }
  return findings;
}

async function mountsAgainstProcesses({ kernel, alive, paths }: VerifyDeps): Promise<string[]> {
  const roots = new Set([...alive].map((id) => paths.rootfs(id)));
  const mounted = (await kernel.listMounts()).map(({ target }) => target);
  const left = mounted.filter((target) => target.startsWith(`${paths.runContainers}/`) && !roots.has(target));
  const missing = [...roots].filter((root) => !mounted.includes(root));
  return [
    ...left.map((target) => `mount: ${target} belongs to no running container`),
    ...missing.map((target) => `mount: ${target} is not mounted`),
  ];
}

async function snapshotsAgainstRows({ snapshots }: VerifyDeps, ids: ReadonlySet<string>): Promise<string[]> {
  const owners = new Set<string>();
  const findings: string[] = [];
  for (const { key, kind, owner, state } of await snapshots.list()) {
    if (state !== 'ready') findings.push(`snapshot ${key}: left ${state}`);
    if (kind !== 'active' || owner === undefined) continue;
    owners.add(owner);
    if (!ids.has(owner)) findings.push(`snapshot ${key}: its container ${shortId(owner)} is gone`);
  }
  for (const id of ids) if (!owners.has(id)) findings.push(`container ${shortId(id)}: its writable layer is gone`);
  return findings;
}
