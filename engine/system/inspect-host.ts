import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerRecord } from '../containers/index.ts';
import { createKernel } from '../kernel/index.ts';
import { type ContainerId, silentLogger, systemClock } from '../lib/index.ts';
import { createNetworkService } from '../networks/index.ts';
import type { EnginePaths } from '../paths.ts';
import { createRuntime, isAlive } from '../runtime/index.ts';
import { verifyVolumes } from '../volumes/index.ts';
import type { EngineOptions } from './engine.ts';
import { usersOf } from './users.ts';
import { verifyEngine } from './verify-engine.ts';

/** A running server may be in the middle of something at the first look. */
const SECOND_LOOK_MS = 1_000;

/**
 * What `verify` of the engine finds, asked from another process, beside a running server or without one: it starts
 * nothing, joins nothing and changes nothing. What the running server was just about to do does not count.
 *
 * @throws EngineError `unavailable` when the kernel's functions cannot be bound
 */
export async function inspectHost(opts: Pick<EngineOptions, 'paths' | 'stores' | 'instance'>): Promise<string[]> {
  const first = await lookOnce(opts);
  if (first.length === 0) return first;
  await delay(SECOND_LOOK_MS);
  const second = new Set(await lookOnce(opts));
  return first.filter((finding) => second.has(finding));
}

async function lookOnce({ paths, stores, instance }: Parameters<typeof inspectHost>[0]): Promise<string[]> {
  await using kernel = await createKernel();
  const shared = { paths, kernel, instance, clock: systemClock, log: silentLogger };
  // Nothing is started: the shim is not needed.
  await using runtime = createRuntime({ ...shared, shimPath: '' });
  const networks = createNetworkService({ ...shared, store: stores.networks });
  const users = usersOf(stores.containers);
  const alive = aliveOf(await stores.containers.list(), paths);
  return await verifyEngine({
    ...shared,
    runtime,
    networks,
    alive,
    volumes: { verify: () => verifyVolumes({ paths, kernel, users, store: stores.volumes, isBusy: () => false }) },
    containers: stores.containers,
    snapshots: stores.snapshots,
  });
}

/** Those whose process runs, and those whose end waits on disk for the next start of the server to record it. */
function aliveOf(rows: readonly ContainerRecord[], paths: EnginePaths): Set<ContainerId> {
  const found = new Set<ContainerId>();
  for (const { id, state } of rows) {
    if (state.status !== 'running' && state.status !== 'paused') continue;
    if (isAlive(state.pid, state.pidStartTicks) || existsSync(paths.exitRecord(id))) found.add(id);
  }
  return found;
}
