import type { ContainerService, ContainerStore } from '../containers/container-service.ts';
import type { EventBus, EventStore } from '../events/index.ts';
import type { ImageService, ImageStore } from '../images/image-service.ts';
import type { PeerCredentials } from '../kernel/index.ts';
import type { Clock, Logger } from '../lib/index.ts';
import type { NetworkService, NetworkStore } from '../networks/network-service.ts';
import type { EnginePaths } from '../paths.ts';
import type { RuntimeInfo } from '../runtime/runtime.ts';
import type { SnapshotStore } from '../snapshots/snapshotter.ts';
import type { VolumeService, VolumeStore } from '../volumes/volume-service.ts';
import type { DiskParts } from './disk-parts.ts';
import type { DiskUsage } from './disk-usage.ts';

export interface EngineStores {
  containers: ContainerStore;
  images: ImageStore;
  snapshots: SnapshotStore;
  networks: NetworkStore;
  volumes: VolumeStore;
  events: EventStore;
}

export interface EngineOptions {
  paths: EnginePaths;
  stores: EngineStores;
  /** At most 8 of a-z0-9: prefix of bridges, firewall table, cgroup. */
  instance: string;
  /** CIDRs to take subnets from; default Docker's pools without what the host routes. */
  addressPools?: readonly string[] | undefined;
  /** The compiled shim. */
  shimPath: string;
  /** What starts containers; default `auto`: crun where a trial shows that it works, else runc. */
  runtime?: 'auto' | 'runc' | 'crun' | undefined;
  log: Logger;
  clock: Clock;
  /** How often what failures and others left is repaired, in milliseconds; default 30 000. */
  repairMs?: number | undefined;
}

export interface HostInfo {
  /** A UUID of this engine on this host, the same for as long as its data root is where it is. */
  id: string;
  dataRoot: string;
  hostname: string;
  os: string;
  kernel: string;
  architecture: string;
  cpus: number;
  memoryBytes: number;
  /** When its kernel came up, as far as the clock told it when the engine looked. */
  bootedAt: Date;
  cgroupVersion: 1 | 2;
  storageDriver: 'overlay';
  runtime: RuntimeInfo | undefined;
  /** What a container's log can be, by Docker's names: the journal only where there is one. */
  logDrivers: readonly string[];
}

/** One line of `./davit doctor`: what the host has or lacks, and the command that mends it. */
export interface HostCheck {
  code: string;
  ok: boolean;
  /** `error` keeps the engine from working, `warning` does not. */
  severity: 'error' | 'warning';
  message: string;
  /** What the message says of this host, for who has words of their own for each code. */
  params: Readonly<Record<string, string | number>>;
  fix: string | undefined;
}

export interface HostUsage {
  at: Date;
  /** 0–100 of all cpus together. */
  cpuPercent: number;
  memoryUsedBytes: number;
  memoryTotalBytes: number;
  diskUsedBytes: number;
  diskTotalBytes: number;
  /** Files that there are and that there can be; 0 of 0 where a file system has no such limit. */
  diskUsedFiles: number;
  diskTotalFiles: number;
  load1: number;
}

/** The facade: the same verbs serve the dashboard, the Docker API and Compose. */
export interface Engine extends AsyncDisposable {
  readonly containers: ContainerService;
  readonly images: ImageService;
  readonly networks: NetworkService;
  readonly volumes: VolumeService;
  readonly events: EventBus;
  /** Locks the data root, reconciles rows with the host, joins running containers. Problems of the host do not make it throw. */
  start(): Promise<{ actions: string[] }>;
  /** `started`: reconcile is done; until then there are fewer problems than there may be. */
  isReady(): { ready: boolean; problems: HostCheck[] };
  /** Who connected to a unix socket of this process, see `Kernel.peerCredentials`. */
  peerCredentials(fd: number): Promise<PeerCredentials>;
  /** For when nobody wants anything: memory that is kept for what may come goes back to the kernel. */
  giveBackMemory(): Promise<void>;
  hostInfo(): Promise<HostInfo>;
  hostUsage(): Promise<HostUsage>;
  diskUsage(): Promise<DiskUsage>;
  /** As found a while ago, see `DiskPartsMeter`. */
  diskParts(): DiskParts | undefined;
  /** What the last look at the host has found; it looks twice a minute. */
  checks(): readonly HostCheck[];
  /** Looks at the host now. */
  doctor(): Promise<HostCheck[]>;
  /** Rows against runtime, mounts, namespaces, firewall, disk; empty when all agree. `deep` re-reads every stored digest. */
  verify(opts?: { deep?: boolean }): Promise<string[]>;
}
