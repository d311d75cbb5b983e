import type { ContainerId } from '../lib/index.ts';
import { KeyedLock } from '../lib/index.ts';
import { ContainerRoots } from './container-roots.ts';
import type { ContainerService } from './container-service.ts';
import type { ContainerDeps, Context } from './context.ts';
import { ExecRegistry } from './exec-registry.ts';
import { ExitWaiters } from './exit-waiters.ts';
import { HealthTimers } from './health/health-timers.ts';
import { probeDue } from './health/watch-health.ts';
import { OomWatch } from './oom-watch.ts';
import { readArchive, statPath, writeArchive } from './operations/archive-container.ts';
import { attachContainer, resizeContainer, tellDetached } from './operations/attach-container.ts';
import { checkCreate } from './operations/check-create.ts';
import { commitContainer } from './operations/commit-container.ts';
import { connectNetwork, disconnectNetwork } from './operations/connect-network.ts';
import { createContainer } from './operations/create-container.ts';
import { createExec, endExec, inspectExec, resizeExec, startExec, waitExec } from './operations/exec-session.ts';
import { exportContainer, listChanges } from './operations/export-container.ts';
import { findShells } from './operations/find-shells.ts';
import { finishRemovals } from './operations/finish-removals.ts';
import { identifyContainer, inspectContainer } from './operations/inspect-container.ts';
import { listContainers } from './operations/list-containers.ts';
import { freePorts, listPorts } from './operations/list-ports.ts';
import { pauseContainer, unpauseContainer } from './operations/pause-container.ts';
import { readLogBytes, readLogs } from './operations/read-logs.ts';
import { reconcileContainers } from './operations/reconcile-containers.ts';
import { removeContainer } from './operations/remove-container.ts';
import { renameContainer } from './operations/rename-container.ts';
import { repairReleases } from './operations/repair-releases.ts';
import { settleNetworks } from './operations/settle-networks.ts';
import { signalProcess } from './operations/signal-process.ts';
import { restartDue, startContainer } from './operations/start-container.ts';
import { killContainer, restartContainer, stopContainer } from './operations/stop-container.ts';
import { topContainer } from './operations/top-container.ts';
import { unlinkContainer } from './operations/unlink-container.ts';
import { updateContainer } from './operations/update-container.ts';
import { waitContainer } from './operations/wait-container.ts';
import { resolveRef } from './resolve-ref.ts';
import { RestartTimers } from './restart-timers.ts';
import { assertAllowed, canDo } from './transitions.ts';

/** What only the engine's own wiring needs besides the service. */
export interface ManagedContainers extends ContainerService {
  /** Ids whose process runs: their namespaces and mounts are in use. */
  aliveIds(): ReadonlySet<ContainerId>;
  /** After networks are reconciled: running containers are on those of their records. */
  settleNetworks(only?: readonly ContainerId[]): Promise<string[]>;
  /** Restarts wait from creation on until this: networks and layers are reconciled first. */
  releaseRestarts(): void;
}

export function createContainerService(deps: ContainerDeps): ManagedContainers {
  const closing = new AbortController();
  const tasks: Context['tasks'] = new Map();
  const oom = new OomWatch({ ...deps, tasks });
  const ctx: Context = {
    ...deps,
    locks: new KeyedLock(),
    tasks,
    oom,
    restarts: new RestartTimers((id) => {
      restartDue(ctx, id).catch((error: unknown) => {
        // The failure is in the container's state; nobody waits for a timer.
        if (!closing.signal.aborted) deps.log.warn({ err: error, containerId: id }, 'restart failed');
      });
    }),
    health: new HealthTimers(
      (id, signal) => probeDue(ctx, id, signal),
      (error, id) => deps.log.error({ err: error, containerId: id }, 'health check stopped'),
    ),
    execs: new ExecRegistry(),
    waiters: new ExitWaiters(),
    waitingClients: new Map(),
    roots: new ContainerRoots(),
    released: new Set(),
    unreleased: new Set(),
    unremoved: new Set(),
    closing: closing.signal,
  };
  ctx.restarts.hold();
  return {
    statPath: (ref, path, opts) => statPath(ctx, ref, path, opts),
    readArchive: (ref, path, sink, opts) => readArchive(ctx, ref, path, sink, opts),
    writeArchive: (ref, path, source, opts) => writeArchive(ctx, ref, path, source, opts),
    changes: (ref, opts) => listChanges(ctx, ref, opts),
    export: (ref, sink, opts) => exportContainer(ctx, ref, sink, opts),
    commit: (ref, opts) => commitContainer(ctx, ref, opts),
    create: (config, opts) => createContainer(ctx, config, opts),
    start: (ref, opts) => startContainer(ctx, ref, opts),
    stop: (ref, opts) => stopContainer(ctx, ref, opts),
    restart: (ref, opts) => restartContainer(ctx, ref, opts),
    kill: (ref, opts) => killContainer(ctx, ref, opts),
    pause: (ref, opts) => pauseContainer(ctx, ref, opts),
    unpause: (ref, opts) => unpauseContainer(ctx, ref, opts),
    update: (ref, request, opts) => updateContainer(ctx, ref, request, opts),
    rename: (ref, name, opts) => renameContainer(ctx, ref, name, opts),
    unlink: (ref, alias, opts) => unlinkContainer(ctx, ref, alias, opts),
    connectNetwork: (ref, endpoint, opts) => connectNetwork(ctx, ref, endpoint, opts),
    disconnectNetwork: (ref, network, opts) => disconnectNetwork(ctx, ref, network, opts),
    remove: (ref, opts) => removeContainer(ctx, ref, opts),
    wait: (ref, opts) => waitContainer(ctx, ref, opts),
    list: (filter) => listContainers(ctx, filter),
    inspect: (ref) => inspectContainer(ctx, ref),
    identify: (ref) => identifyContainer(ctx, ref),
    logs: (ref, opts) => readLogs(ctx, ref, opts),
    logBytes: (ref, opts) => readLogBytes(ctx, ref, opts),
    attach: (ref, opts) => attachContainer(ctx, ref, opts),
    resize: (ref, rows, columns, opts) => resizeContainer(ctx, ref, rows, columns, opts),
    tellDetached: (ref, execId, opts) => tellDetached(ctx, ref, execId, opts),
    createExec: (ref, request, opts) => createExec(ctx, ref, request, opts),
    startExec: (id, opts) => startExec(ctx, id, opts),
    inspectExec: (id) => inspectExec(ctx, id),
    waitExec: (id) => waitExec(ctx, id),
    endExec: (id) => endExec(ctx, id),
    resizeExec: (id, rows, columns) => resizeExec(ctx, id, rows, columns),
    findShells: (ref) => findShells(ctx, ref),
    stats: async (ref, opts) => ctx.runtime.stats((await running(ctx, ref)).id, opts),
    layersOf: async (ref) => {
      const { id } = await identifyContainer(ctx, ref);
      return { ...(await ctx.snapshots.foldersOf(id)), merged: ctx.paths.rootfs(id) };
    },
    writableBytes: async (ref) => (await ctx.snapshots.usage((await resolveRef(ctx.store, ref)).id)).sizeBytes,
    processes: async (ref) => ctx.runtime.processes((await running(ctx, ref)).id),
    signalProcess: (ref, target, opts) => signalProcess(ctx, ref, target, opts),
    top: (ref, psArgs, opts) => topContainer(ctx, ref, psArgs, opts),
    checkCreate: (part) => checkCreate(ctx, part),
    listPorts: () => listPorts(ctx),
    freePorts: (near, count) => freePorts(ctx, near, count),
    reconcile: (opts) => reconcileContainers(ctx, opts),
    aliveIds: () => new Set(ctx.tasks.keys()),
    settleNetworks: (only) => settleNetworks(ctx, only),
    repair: async () => [...(await repairReleases(ctx)), ...(await finishRemovals(ctx))],
    releaseRestarts: () => ctx.restarts.release(),
    close() {
      oom[Symbol.dispose]();
      return closeService(ctx, closing);
    },
  };
}

async function running(ctx: Context, ref: string) {
  const record = await resolveRef(ctx.store, ref);
  // Both are readable while it is frozen.
  if (!canDo('unpause', record.state.status)) assertAllowed('exec', record);
  return record;
}

/** Exits being handled are finished; those that come later wait for the next server. */
async function closeService(ctx: Context, closing: AbortController): Promise<void> {
  closing.abort();
  ctx.restarts.clear();
  ctx.health.clear();
  for (const clients of ctx.waitingClients.values()) for (const client of [...clients]) client.close();
  for (const id of [...ctx.tasks.keys()]) {
    using _lock = await ctx.locks.acquire(id);
  }
}
