import type { Readable, Writable } from 'node:stream';
import type { FileChange, PathStat } from '../diff/index.ts';
import type { ImageSummary } from '../images/image-service.ts';
import type { ContainerId, ExecId, OpOptions, ProgressOptions } from '../lib/index.ts';
import type { Listener } from '../networks/host-listeners.ts';
import type { BoundPort, EndpointConfig, PortBinding } from '../networks/network-service.ts';
import type { LogBytesOptions, LogLine } from '../runtime/log/log-reader.ts';
import type { AttachStream, DeviceMapping, ProcessInfo, Resources } from '../runtime/runtime.ts';
import type { StatsSample } from '../stats/index.ts';

export type Status = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface RestartPolicy {
  name: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  /** Only with on-failure; 0 means without end. */
  maxRetries: number;
}

/** Asked for in the long form, of `--mount`, in which it is told again. */
interface LongForm {
  long?: true | undefined;
}

export type MountSpec = LongForm &
  (
    | {
        type: 'volume' /** undefined: anonymous */;
        name?: string | undefined;
        target: string;
        readOnly: boolean;
        noCopy?: boolean | undefined;
        /** For a volume that is not there yet. */
        labels?: Readonly<Record<string, string>> | undefined;
        /** The same, as `--opt` of a new volume. */
        driverOptions?: Readonly<Record<string, string>> | undefined;
        /** Relative path of a file or folder in the volume, which has to exist when the container starts. */
        subpath?: string | undefined;
      }
    | {
        type: 'bind';
        source: string;
        target: string;
        readOnly: boolean;
        /** `rprivate` by default; shared and slave ones need a source on a mount that is shared. */
        propagation?: string | undefined /** `-v` makes a missing source folder, `--mount` does not */;
        createSource?: boolean | undefined;
        /** Leave out what is mounted below the source. */
        nonRecursive?: boolean | undefined;
        /** `none`: read-only without what is mounted below; `force`: refuse where that is not possible. */
        readOnlyRecursion?: 'none' | 'force' | undefined;
      }
    | { type: 'tmpfs'; target: string; sizeBytes?: number; mode?: number; options?: string }
  );

/** How a container is asked whether it works; what is left out (or 0) gets Docker's default. */
export interface HealthCheck {
  /** `['NONE']`, `['CMD', program, …]` or `['CMD-SHELL', line]`; empty or missing: the image's. */
  test?: readonly string[] | undefined;
  /** What runs a `CMD-SHELL` line: the image's, else `/bin/sh -c`. */
  shell?: readonly string[] | undefined;
  /** From the end of one probe to the next; default 30 s. */
  intervalMs?: number | undefined;
  /** Default 30 s. */
  timeoutMs?: number | undefined;
  /** Failures count only after this long; default 0. */
  startPeriodMs?: number | undefined;
  /** Interval until the first success inside the start period; default 5 s. */
  startIntervalMs?: number | undefined;
  /** Failures in a row that make it unhealthy; default 3. */
  retries?: number | undefined;
}

/**
 * The normalised create request: what the policy judges is what runs. Undefined process fields fall back to the image
 * as in Docker (entrypoint given ⇒ the image's command is dropped).
 */
export interface ContainerConfig {
  /** As asked for: reference or id. */
  image: string;
  entrypoint?: readonly string[] | undefined;
  command?: readonly string[] | undefined;
  env: readonly string[];
  workingDir?: string | undefined;
  user?: string | undefined;
  hostname?: string | undefined;
  domainname?: string | undefined;
  tty: boolean;
  openStdin: boolean;
  stdinOnce: boolean;
  labels: Readonly<Record<string, string>>;
  stopSignal?: string | undefined;
  /** Grace period of stop, default 10. */
  stopTimeoutSeconds?: number | undefined;
  exposedPorts: readonly string[];
  ports: readonly PortBinding[];
  /** Publish every exposed port on a random one. */
  publishAll: boolean;
  mounts: readonly MountSpec[];
  /** `CONTAINER[:ro|rw]` each; resolved when the container is created. */
  volumesFrom?: readonly string[] | undefined;
  /** `CONTAINER[:ALIAS]` each; of a created container on the default network with the id of the other one. */
  links?: readonly string[] | undefined;
  /** `bridge`, `none`, `host`, `container:X` or a network's name. */
  network: string;
  /**
   * With a network as mode: what is asked of it and of further ones, in the order of their links. A created container
   * always has the list, without the network of the mode once that is disconnected.
   */
  networks?: readonly EndpointConfig[] | undefined;
  restart: RestartPolicy;
  /** Remove when it exits. */
  autoRemove: boolean;
  resources: Resources;
  readonlyRootfs: boolean;
  privileged: boolean;
  capAdd: readonly string[];
  capDrop: readonly string[];
  securityOpt: readonly string[];
  sysctls: Readonly<Record<string, string>>;
  ulimits: readonly { name: string; soft: number; hard: number }[];
  shmSizeBytes?: number | undefined;
  oomScoreAdj: number;
  init: boolean;
  extraHosts: readonly string[];
  dns: readonly string[];
  dnsSearch: readonly string[];
  dnsOptions: readonly string[];
  pidMode?: string | undefined;
  ipcMode?: string | undefined;
  utsMode?: string | undefined;
  /** `host` is accepted and changes nothing: user ids are the host's anyway. */
  usernsMode?: string | undefined;
  /** Default: own with version 2, the host's with version 1 and for privileged ones. */
  cgroupnsMode?: 'host' | 'private' | undefined;
  healthcheck?: HealthCheck | undefined;
  /** Devices of the host or folders of them. */
  devices?: readonly DeviceMapping[] | undefined;
  /** `c 10:200 rwm` */
  deviceRules?: readonly string[] | undefined;
  /** Further groups of the process, names of the container's own /etc/group or numbers. */
  groupAdd?: readonly string[] | undefined;
  annotations?: Readonly<Record<string, string>> | undefined;
  /** Of the first network interface. */
  macAddress?: string | undefined;
  /**
   * `json-file` and `local` are both our own files, `none` keeps nothing. `options` are Docker's (`max-size=10m`, `max-file`,
   * `mode`, …) as they were given; creation reads sizes from them.
   */
  log: {
    driver: string;
    maxBytes?: number | undefined;
    maxFiles?: number | undefined;
    options?: Readonly<Record<string, string>> | undefined;
  };
}

/** One run of a health check. */
export interface ProbeResult {
  startedAt: Date;
  endedAt: Date;
  /** 0 is healthy; -1 when it could not be run or took too long. */
  exitCode: number;
  /** At most 4096 bytes of both streams. */
  output: string;
}

export interface HealthState {
  status: 'starting' | 'healthy' | 'unhealthy';
  failingStreak: number;
  /** The last five, oldest first. */
  log: ProbeResult[];
}

/** Carries only what is true in that state. `health` is there with a health check only. */
export type ContainerState =
  | { status: 'created' /** of a failed start */; error?: string; exitCode?: number }
  | {
      status: 'running' | 'paused';
      pid: number;
      pidStartTicks: bigint;
      startedAt: Date;
      health?: HealthState;
      /** Stands still for a moment only: whoever finds it so after a crash lets it go on. */
      pausedFor?: 'commit';
    }
  | {
      status: 'restarting';
      exitCode: number;
      oomKilled: boolean;
      startedAt: Date;
      finishedAt: Date;
      nextAt: Date;
      attempt: number;
    }
  | {
      status: 'exited' | 'dead';
      exitCode: number;
      oomKilled: boolean;
      startedAt: Date;
      finishedAt: Date;
      error?: string;
      signal?: number /** Who stopped it, when somebody did; empty when the name is not known. */;
      stoppedBy?: string;
      /** As it was at the end, and never healthy: nothing answers any more. */
      health?: HealthState;
    }
  | { status: 'removing' /** Anonymous volumes go as well: what was asked for outlives a crash. */; volumes?: boolean };

export interface ContainerRecord {
  id: ContainerId;
  /** Without the leading slash. */
  name: string;
  imageId: string;
  config: ContainerConfig;
  /** The process as resolved from config and image at creation. */
  process: { args: string[]; env: string[]; cwd: string; user: string; stopSignal: number; stopTimeoutSeconds: number };
  /** Mounts with volume names filled in. */
  mounts: MountSpec[];
  state: ContainerState;
  /** `creating` rows are rolled back at boot. */
  phase: 'creating' | 'ready';
  /** Set by a manual stop: restart policies leave it alone at boot. */
  manuallyStopped: boolean;
  restartCount: number;
  /** User id of who made it. */
  createdBy: string | undefined;
  createdAt: Date;
}

/** `insert` is unique on id and on name. @throws EngineError `already_exists` with details `{ reason: 'name_taken', holder }` */
export interface ContainerStore {
  insert(record: ContainerRecord): Promise<void>;
  get(id: ContainerId): Promise<ContainerRecord | undefined>;
  findByName(name: string): Promise<ContainerRecord | undefined>;
  /** At most 2: enough to know that it is ambiguous. */
  findByIdPrefix(prefix: string): Promise<ContainerRecord[]>;
  list(): Promise<ContainerRecord[]>;
  update(id: ContainerId, change: Partial<Omit<ContainerRecord, 'id'>>): Promise<void>;
  delete(id: ContainerId): Promise<void>;
}

export type ContainerAction =
  | 'start'
  | 'stop'
  | 'restart'
  | 'kill'
  | 'pause'
  | 'unpause'
  | 'rename'
  | 'remove'
  | 'exec'
  | 'attach';

export interface ContainerSummary {
  id: ContainerId;
  name: string;
  /** The reference it was created from, familiar form; the short id when that is gone. */
  image: string;
  imageId: string;
  command: string;
  /** The same in its parts. */
  args: readonly string[];
  /** As asked for: `bridge`, `none`, `host`, `container:X` or a network's name. */
  networkMode: string;
  createdAt: Date;
  createdBy: string | undefined;
  state: ContainerState;
  /** Docker's words: `Up 2 hours`, `Exited (137) 3 minutes ago`. */
  status: string;
  /** Of a running one with a health check. */
  health?: HealthState['status'] | undefined;
  /** `ID:ALIAS` of each container that this one of the default network has a name for; only when it has. */
  links?: readonly string[] | undefined;
  ports: BoundPort[];
  exposedPorts: string[];
  networks: { name: string; address: string }[];
  mounts: MountSpec[];
  labels: Record<string, string>;
  restartCount: number;
  memoryLimitBytes: number | undefined;
  allowedActions: ContainerAction[];
}

/** A port of the host that leads, or would lead, into a container. */
export interface PublishedPort extends BoundPort {
  container: { id: ContainerId; name: string };
  /** Of the labels, the stack it belongs to. */
  stack: string | undefined;
  /** Taken now; else the container asks for it when it starts. */
  open: boolean;
  /**
   * Whether a program in the container answers there: `loopback` only from inside, which no published port reaches;
   * undefined while it does not run.
   */
  listening: 'yes' | 'loopback' | 'no' | undefined;
  /** Who else has it, so that one of the two cannot. */
  conflict: { kind: 'container'; name: string } | { kind: 'host' } | undefined;
}

/** What tells one container from the others. */
export type ContainerHandle = Pick<ContainerRecord, 'id' | 'name' | 'createdBy'>;

export interface ContainerDetail extends ContainerSummary {
  config: ContainerConfig;
  process: ContainerRecord['process'];
  /** Paths on the host, for the raw view. */
  paths: { log: string; bundle: string };
  /** Why it is not running, as facts; the page makes the sentence. */
  stopReason: StopReason | undefined;
  execIds: ExecId[];
}

export type StopReason =
  | { kind: 'stopped'; by: string | undefined; exitCode: number; signal: number | undefined }
  | { kind: 'oom'; limitBytes: number | undefined; exitCode: number }
  | { kind: 'exited'; exitCode: number }
  | { kind: 'crashed'; exitCode: number; signal: number | undefined; lastErrorLine: string | undefined }
  | { kind: 'start_failed'; error: string; exitCode: number }
  | { kind: 'lost'; exitCode: 255 };

export interface ExecInfo {
  id: ExecId;
  containerId: ContainerId;
  args: string[];
  tty: boolean;
  running: boolean;
  exitCode: number | undefined;
  pid: number | undefined;
}

export interface ExecRequest {
  args: readonly string[];
  env?: readonly string[];
  workingDir?: string | undefined;
  user?: string | undefined;
  tty: boolean;
  openStdin: boolean;
  privileged?: boolean;
  consoleSize?: { rows: number; columns: number } | undefined;
}

/** Limits that can change while a container runs. */
export type UpdatableResources = Pick<
  Resources,
  | 'memoryBytes'
  | 'memorySwapBytes'
  | 'memoryReservationBytes'
  | 'nanoCpus'
  | 'cpuShares'
  | 'cpuPeriod'
  | 'cpuQuota'
  | 'cpusetCpus'
  | 'cpusetMems'
  | 'pidsLimit'
  | 'blkioWeight'
>;

export interface UpdateRequest {
  /** 0 and undefined leave a limit as it is; -1 takes memory, swap, cpus, quota or pids limit away. */
  resources?: UpdatableResources | undefined;
  restart?: RestartPolicy | undefined;
}

/** Who asks; goes into rows, events and reasons. */
export interface CallOptions extends OpOptions {
  actor?: { id: string; name: string } | undefined;
}

export interface CreateOptions extends CallOptions {
  name?: string | undefined;
  /** Which image of a name that has several; none: that of this host. */
  platform?: { os: string; architecture: string; variant?: string | undefined } | undefined;
}

export interface WriteArchiveOptions extends CallOptions, ProgressOptions {
  /** Refuse a file in the place of a folder and the other way round. */
  noOverwriteDirNonDir?: boolean | undefined;
  /** Everything belongs to the container's user, if it has one. */
  copyOwner?: boolean | undefined;
}

export interface CommitOptions {
  reference?: string | undefined;
  /** Dockerfile instructions. */
  changes?: readonly string[] | undefined;
  author?: string | undefined;
  message?: string | undefined;
  /** Default true. */
  pause?: boolean | undefined;
}

export interface ListFilter {
  all?: boolean;
  status?: readonly Status[];
  name?: readonly string[];
  label?: readonly string[];
  ancestor?: readonly string[];
  /** `none`: running without a health check, or not running. */
  health?: readonly (HealthState['status'] | 'none')[] | undefined;
}

/**
 * Everything one does with containers; `ref` is a name, an id or a unique prefix of one.
 *
 * @throws EngineError `not_found` "No such container: x", `invalid_argument` (ambiguous prefix, bad field with `details.field`), `conflict`
 * (not allowed in this state; Docker's wording), `already_exists` (name taken), and what image, network, volume, runtime throw.
 */
export interface ContainerService {
  /** What is at a path, as the container sees it. @throws EngineError `not_found` "Could not find the file …" (also the next two) */
  statPath(ref: string, path: string, opts?: CallOptions): Promise<PathStat>;
  /** Writes a tar of a file, folder or link; ends `sink` when it is whole and destroys it otherwise. */
  readArchive(ref: string, path: string, sink: Writable, opts?: CallOptions & ProgressOptions): Promise<void>;
  /** Puts a tar, compressed or not, into a folder. @throws EngineError also `denied` for what is read-only */
  writeArchive(ref: string, path: string, source: Readable, opts?: WriteArchiveOptions): Promise<void>;
  /** What the container changed of its image's files. */
  changes(ref: string, opts?: CallOptions): Promise<FileChange[]>;
  /** Writes a tar of the whole root without volumes; ends `sink` when it is whole and destroys it otherwise. */
  export(ref: string, sink: Writable, opts?: CallOptions & ProgressOptions): Promise<void>;
  commit(ref: string, opts?: CommitOptions & CallOptions & ProgressOptions): Promise<ImageSummary>;
  create(config: ContainerConfig, opts?: CreateOptions): Promise<{ id: ContainerId; name: string; warnings: string[] }>;
  start(
    ref: string,
    opts?: CallOptions & { consoleSize?: { rows: number; columns: number } },
  ): Promise<{ started: boolean }>;
  stop(
    ref: string,
    opts?: CallOptions & { unixSignal?: string | undefined; timeoutSeconds?: number | undefined },
  ): Promise<{ stopped: boolean }>;
  restart(
    ref: string,
    opts?: CallOptions & { unixSignal?: string | undefined; timeoutSeconds?: number | undefined },
  ): Promise<void>;
  kill(ref: string, opts?: CallOptions & { unixSignal?: string | undefined }): Promise<void>;
  pause(ref: string, opts?: CallOptions): Promise<void>;
  unpause(ref: string, opts?: CallOptions): Promise<void>;
  /**
   * Limits at once, also of a stopped container; the restart policy from its next end on. Kept in the record.
   *
   * @throws EngineError `conflict`, `invalid_argument`, both "Cannot update container …" in Docker's words
   */
  update(ref: string, request: UpdateRequest, opts?: CallOptions): Promise<{ warnings: string[] }>;
  rename(ref: string, name: string, opts?: CallOptions): Promise<void>;
  /** Takes away the name `alias` of another container. @throws EngineError `not_found` */
  unlink(ref: string, alias: string, opts?: CallOptions): Promise<void>;
  /**
   * One more network, at once for a container that runs; from now on every start brings it back.
   * @throws EngineError `conflict` (there already, or a mode without networks of its own), and what attaching throws
   */
  connectNetwork(ref: string, endpoint: EndpointConfig, opts?: CallOptions): Promise<void>;
  /** @throws EngineError `not_found` with reason `not_connected` */
  disconnectNetwork(ref: string, network: string, opts?: CallOptions): Promise<void>;
  remove(ref: string, opts?: CallOptions & { force?: boolean; volumes?: boolean }): Promise<void>;
  /** Resolves when the condition holds; with the exit that made it so. */
  wait(
    ref: string,
    opts?: CallOptions & {
      condition?: 'not-running' | 'next-exit' | 'removed';
      /** Called once, when nothing that happens from now on can be missed. */
      onWaiting?: () => void;
    },
  ): Promise<{ exitCode: number; error?: string }>;
  list(filter?: ListFilter): Promise<ContainerSummary[]>;
  inspect(ref: string): Promise<ContainerDetail>;
  /** As `inspect`, without a look at anything but the record. */
  identify(ref: string): Promise<ContainerHandle>;
  logs(
    ref: string,
    opts: CallOptions & {
      stdout?: boolean;
      stderr?: boolean;
      tail?: number;
      since?: Date;
      until?: Date;
      before?: string;
      follow?: boolean;
    },
  ): Promise<AsyncIterable<LogLine[]>>;
  /** The same lines as bytes, for clients that take them as they are. */
  logBytes(ref: string, opts: CallOptions & Omit<LogBytesOptions, 'ended'>): Promise<AsyncIterable<Buffer>>;
  attach(ref: string, opts?: CallOptions): Promise<AttachStream>;
  resize(ref: string, rows: number, columns: number, opts?: CallOptions): Promise<void>;
  /** A viewer left by its detach keys: the event `detach` or `exec_detach`. */
  tellDetached(ref: string, execId?: ExecId, opts?: CallOptions): Promise<void>;
  createExec(ref: string, request: ExecRequest, opts?: CallOptions): Promise<ExecInfo>;
  /** Starts it and attaches; later calls attach to the running session (a reload, a second viewer). */
  startExec(id: ExecId, opts?: CallOptions): Promise<AttachStream>;
  inspectExec(id: ExecId): Promise<ExecInfo>;
  /** Ends an exec session's process (HUP, then KILL). */
  endExec(id: ExecId): Promise<void>;
  resizeExec(id: ExecId, rows: number, columns: number): Promise<void>;
  /** Shells found in the container's root without running anything: best first. */
  findShells(ref: string): Promise<string[]>;
  /** `detail`: everything Docker's API shows, not only what a chart draws. */
  stats(ref: string, opts?: { detail?: boolean }): Promise<StatsSample>;
  /** Bytes of the writable layer: what removing the container gives back. */
  writableBytes(ref: string): Promise<number>;
  processes(ref: string): Promise<ProcessInfo[]>;
  /**
   * Processes as a table, by arguments of ps(1) (default `-ef`).
   * @throws EngineError `invalid_argument` for arguments that are not understood
   */
  top(ref: string, psArgs?: string, opts?: CallOptions): Promise<{ titles: string[]; processes: string[][] }>;
  /** Every port of the host that a container has or asks for, and what else listens there. */
  listPorts(): Promise<{ published: PublishedPort[]; others: Listener[] }>;
  /** Ports that would be free, nearest first, and who has the one asked for. */
  freePorts(
    near: { protocol: 'tcp' | 'udp'; hostAddress: string; hostPort: number },
    count: number,
  ): Promise<{ ports: number[]; holder: { kind: 'container'; name: string } | { kind: 'host' } | undefined }>;
  /** Facts the create form checks on blur. */
  checkCreate(part: {
    name?: string;
    port?: { protocol: 'tcp' | 'udp'; hostAddress: string; hostPort: number };
    bindSource?: string;
    image?: string;
  }): Promise<{ field: string; reason: string; params: Record<string, string> }[]>;
  /** After boot: joins running tasks, records exits, applies restart policies, finishes or rolls back half-made rows. */
  reconcile(opts: { rebooted: boolean }): Promise<string[]>;
  /** Stops timers and joins; touches no container. */
  close(): Promise<void>;
}
