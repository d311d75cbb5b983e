import type { ArchiveInserter, TreePacker, TreeReader } from '../diff/index.ts';
import { type EventBus, originOf } from '../events/index.ts';
import type { ImageService } from '../images/image-service.ts';
import type { Kernel } from '../kernel/index.ts';
import type { Clock, ContainerId, KeyedLock, Logger } from '../lib/index.ts';
import type { NetworkService } from '../networks/network-service.ts';
import type { EnginePaths } from '../paths.ts';
import type { ReadLog, ReadLogBytes } from '../runtime/log/log-reader.ts';
import type { Runtime, Task } from '../runtime/runtime.ts';
import type { Snapshotter } from '../snapshots/snapshotter.ts';
import type { VolumeService } from '../volumes/volume-service.ts';
import type { ContainerRoots } from './container-roots.ts';
import type { CallOptions, ContainerRecord, ContainerStore } from './container-service.ts';
import type { DeferredAttach } from './deferred-attach.ts';
import type { ExecRegistry } from './exec-registry.ts';
import type { ExitWaiters } from './exit-waiters.ts';
import type { HealthTimers } from './health/health-timers.ts';
import type { OomWatch } from './oom-watch.ts';
import type { RestartTimers } from './restart-timers.ts';

/** What the container service stands on; each part is an interface of its module. */
export interface ContainerDeps {
  store: ContainerStore;
  kernel: Pick<Kernel, 'openInRoot' | 'listMounts' | 'mountTmpfs' | 'bindMount' | 'unmount' | 'removeSmallTree'>;
  runtime: Omit<Runtime, 'check' | keyof AsyncDisposable>;
  networks: Pick<
    NetworkService,
    | 'attach'
    | 'detach'
    | 'connect'
    | 'disconnect'
    | 'settle'
    | 'rename'
    | 'check'
    | 'checkSettings'
    | 'get'
    | 'list'
    | 'attachmentsOf'
    | 'portHolder'
    | 'portUse'
    | 'listenersOf'
  >;
  volumes: Pick<VolumeService, 'create' | 'get' | 'remove' | 'populate' | 'hold' | 'release' | 'noteUse'>;
  images: Pick<ImageService, 'resolve' | 'commit' | 'collect'>;
  snapshots: Pick<Snapshotter, 'createActive' | 'removeActive' | 'mount' | 'unmount' | 'list' | 'usage' | 'foldersOf'>;
  files: TreeReader;
  packer: Pick<TreePacker, 'pack'>;
  inserter: ArchiveInserter;
  events: EventBus;
  paths: EnginePaths;
  readLog: ReadLog;
  readLogBytes: ReadLogBytes;
  clock: Clock;
  log: Logger;
}

/** Why a running process is about to end, known before it does. */
export interface StopIntent {
  by: string | undefined;
  signal: number;
  /** A restart follows: neither restart policy nor automatic removal may interfere. */
  keep: boolean;
}

/** A task this server waits for. */
export interface JoinedTask {
  task: Task;
  intent: StopIntent | undefined;
  /** How many restarts wait for its end: whoever else ends it meanwhile does not make it go. */
  restarts: number;
  /** Somebody waits for its end: a stop, or the stop of a restart. */
  ending?: 'stop' | 'restart' | undefined;
  /** When the grace period of that is over; undefined where it waits without end, or was killed. */
  killAt?: Date | undefined;
  /** Which containers it has links to, as its configuration says; undefined until somebody has looked. */
  linked?: readonly string[];
  /** Resolves when the exit has been saved, cleaned up after and told; never rejects. */
  handled: Promise<void>;
}

/** Dependencies and the little that lives in memory only; everything in it can be lost and rebuilt by reconcile. */
export interface Context extends ContainerDeps {
  locks: KeyedLock;
  tasks: Map<ContainerId, JoinedTask>;
  restarts: RestartTimers;
  health: HealthTimers;
  oom: Pick<OomWatch, 'began' | 'isNewsAtEnd'>;
  execs: ExecRegistry;
  waiters: ExitWaiters;
  /** Clients that attached before the start, by container. */
  waitingClients: Map<ContainerId, Set<DeferredAttach>>;
  roots: ContainerRoots;
  /** Ended in this server's time, with nothing of theirs left in use: a removal need not look again. */
  released: Set<ContainerId>;
  /** Ended, but something they used could not be released. */
  unreleased: Set<ContainerId>;
  /** Gone but for what lies on a disk that could not be written to. */
  unremoved: Set<ContainerId>;
  closing: AbortSignal;
}

/** Tells what was saved, with the attributes Docker gives every event of a container. */
export function publish(
  ctx: Pick<Context, 'events' | 'clock'>,
  record: ContainerRecord,
  action: string,
  about: { attributes?: Record<string, string>; opts?: CallOptions | undefined; routine?: true } = {},
): void {
  ctx.events.publish({
    type: 'container',
    action,
    id: record.id,
    name: record.name,
    attributes: { ...record.config.labels, image: record.config.image, name: record.name, ...about.attributes },
    ...originOf(about.opts?.actor),
    ...(about.routine === undefined ? {} : { routine: about.routine }),
    at: ctx.clock(),
  });
}
