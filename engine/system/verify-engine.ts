import { existsSync } from 'node:fs';
import type { ContainerRecord, ContainerStore } from '../containers/index.ts';
import type { ImageService } from '../images/image-service.ts';
import type { Kernel } from '../kernel/index.ts';
import { type ContainerId, shortId } from '../lib/index.ts';
import type { NetworkService } from '../networks/network-service.ts';
import type { EnginePaths } from '../paths.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Snapshotter } from '../snapshots/snapshotter.ts';
import type { VolumeService } from '../volumes/volume-service.ts';

interface VerifyDeps {
  containers: ContainerStore;
  alive: ReadonlySet<ContainerId>;
  runtime: Pick<Runtime, 'listKnown'>;
  kernel: Pick<Kernel, 'listMounts'>;
  snapshots: Pick<Snapshotter, 'list'>;
  networks: Pick<NetworkService, 'verify'>;
  volumes: Pick<VolumeService, 'verify'>;
  images?: Pick<ImageService, 'verify'>;
  paths: EnginePaths;
}

const RESTART = 'restart the server, which settles it when it starts';

/** Every disagreement between rows and host: one line each that says what, where, and what to do. Changes nothing. */
export async function verifyEngine(deps: VerifyDeps, opts: { deep?: boolean } = {}): Promise<string[]> {
  const rows = await deps.containers.list();
  const findings = [
    ...rowsAgainstProcesses(rows, deps.alive, new Set(await deps.runtime.listKnown())),
    ...halfMade(rows),
    ...(await mountsAgainstProcesses(deps)),
    ...(await snapshotsAgainstRows(deps, rows)),
    ...(await deps.networks.verify(deps.alive)),
    ...(await deps.volumes.verify()),
  ];
  return opts.deep === true ? [...findings, ...((await deps.images?.verify()) ?? [])] : findings;
}

function rowsAgainstProcesses(
  rows: readonly ContainerRecord[],
  alive: ReadonlySet<ContainerId>,
  known: ReadonlySet<ContainerId>,
): string[] {
  const findings: string[] = [];
  for (const { id, name, state } of rows) {
    const runs = state.status === 'running' || state.status === 'paused';
    if (runs && (!known.has(id) || !alive.has(id)))
      findings.push(`container ${name}: ${state.status} by its row, but its process is gone; ${RESTART}`);
    if (!runs && alive.has(id))
      findings.push(`container ${name}: ${state.status} by its row, but its process runs; ${RESTART}`);
  }
  const running = new Set(rows.filter(isRunning).map(({ id }) => id));
  for (const id of known) {
    if (!alive.has(id) && !running.has(id))
      findings.push(`runtime: keeps state or processes of ${shortId(id)}, which does not run by its row; ${RESTART}`);
  }
  return findings;
}

function isRunning({ state: { status } }: ContainerRecord): boolean {
  return status === 'running' || status === 'paused';
}

function halfMade(rows: readonly ContainerRecord[]): string[] {
  return rows
    .filter(({ phase, state }) => phase === 'creating' || state.status === 'removing')
    .map(
      ({ name, phase }) =>
        `container ${name}: its ${phase === 'creating' ? 'creation' : 'removal'} was cut off; ${RESTART}`,
    );
}

async function mountsAgainstProcesses({ kernel, alive, paths }: VerifyDeps): Promise<string[]> {
  const roots = new Set([...alive].map((id) => paths.rootfs(id)));
  const shared = new Set([...alive].map((id) => paths.sharedMemory(id)));
  const mounted = (await kernel.listMounts()).map(({ target }) => target);
  const left = mounted.filter(
    (target) => target.startsWith(`${paths.runContainers}/`) && !roots.has(target) && !shared.has(target),
  );
  const missing = [...roots].filter((root) => !mounted.includes(root));
  return [
    ...left.map((target) => `mount: ${target} belongs to no running container; ${RESTART}`),
    ...missing.map((target) => `mount: ${target} is not mounted; restart its container`),
  ];
}

async function snapshotsAgainstRows(
  { snapshots, paths }: VerifyDeps,
  rows: readonly ContainerRecord[],
): Promise<string[]> {
  const names = new Map<string, string>(rows.map(({ id, name }) => [id, name]));
  // A removal that failed may have come past the layer; doing it again finishes it.
  const dead = new Set<string>(rows.filter(({ state }) => state.status === 'dead').map(({ id }) => id));
  const owners = new Set<string>();
  const findings: string[] = [];
  for (const { key, kind, owner, state } of await snapshots.list()) {
    if (state !== 'ready') findings.push(`snapshot ${key}: left ${state}; ${RESTART}`);
    else if (!existsSync(paths.snapshot(key)))
      findings.push(
        kind === 'active'
          ? `snapshot ${key}: ${paths.snapshot(key)} is missing; remove its container and create it anew`
          : `snapshot ${key}: ${paths.snapshot(key)} is missing; remove its images and load them again`,
      );
    if (kind !== 'active' || owner === undefined) continue;
    owners.add(owner);
    if (!names.has(owner)) findings.push(`snapshot ${key}: its container ${shortId(owner)} is gone; ${RESTART}`);
  }
  for (const [id, name] of names) {
    if (!owners.has(id) && !dead.has(id))
      findings.push(`container ${name}: its writable layer is gone; remove it and create it anew`);
  }
  return findings;
}
