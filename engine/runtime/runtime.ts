import type { ContainerId, ExecId, OpOptions } from '../lib/index.ts';
import type { StatsSample } from '../stats/index.ts';
import type { HostFacts } from './host-facts.ts';

export interface ResolvedUser {
  uid: number;
  gid: number;
  additionalGids: number[];
}

export interface RuntimeMount {
  /** bind, tmpfs, or another file system type. */
  type: string;
  source: string;
  destination: string;
  options: string[];
}

export interface Resources {
  memoryBytes?: number;
  memorySwapBytes?: number;
  memoryReservationBytes?: number;
  /** 1e9 = one cpu. */
  nanoCpus?: number;
  cpuShares?: number;
  cpuPeriod?: number;
  cpuQuota?: number;
  cpusetCpus?: string;
  cpusetMems?: string;
  pidsLimit?: number;
  /** Version 1 only. */
  oomKillDisable?: boolean;
  /** 0–100, version 1 only; undefined leaves the kernel's. */
  memorySwappiness?: number;
  /** 10–1000. */
  blkioWeight?: number;
  blkioWeightDevices?: readonly { path: string; weight: number }[];
  /** Bytes or operations a second on one block device of the host. */
  blkioReadBps?: readonly DeviceRate[];
  blkioWriteBps?: readonly DeviceRate[];
  blkioReadIops?: readonly DeviceRate[];
  blkioWriteIops?: readonly DeviceRate[];
}

export interface DeviceRate {
  path: string;
  rate: number;
}

/** A device of the host (or a folder of them) inside a container. */
export interface DeviceMapping {
  source: string;
  target: string;
  /** Any of `r`, `w`, `m`. */
  permissions: string;
}

/** Everything the OCI `config.json` and the shim need; already checked, users and paths resolved. */
export interface TaskSpec {
  id: ContainerId;
  /** Where the container's root is mounted. */
  rootfs: string;
  /** Folder for `config.json`: `paths.container(id)`. */
  bundle: string;
  args: readonly string[];
  /** Complete environment, `KEY=value`. */
  env: readonly string[];
  cwd: string;
  user: ResolvedUser;
  tty: boolean;
  openStdin: boolean;
  stdinOnce: boolean;
  /** Size of the terminal before the first byte. */
  consoleSize?: { rows: number; columns: number } | undefined;
  hostname: string;
  domainname?: string | undefined;
  netns: { kind: 'path'; path: string } | { kind: 'host' };
  /** Other namespaces to share: host or path of another process's namespace. Default: own. */
  pidNs?: { kind: 'host' } | { kind: 'path'; path: string };
  ipcNs?: { kind: 'host' } | { kind: 'path'; path: string };
  utsNs?: { kind: 'host' };
  /** Default: own with version 2 (not for privileged ones), the host's with version 1. */
  cgroupNs?: 'host' | 'private';
  /** Folder of the host that becomes /dev/shm, or none at all. Default: an own tmpfs of `shmSizeBytes`. */
  shm?: { source: string } | 'none';
  mounts: readonly RuntimeMount[];
  resources: Resources;
  readonlyRootfs: boolean;
  privileged: boolean;
  capAdd: readonly string[];
  capDrop: readonly string[];
  noNewPrivileges: boolean;
  /** `default`, `unconfined` or the JSON text of a profile in Docker's form. */
  seccomp: string;
  /** Neither hidden nor read-only files in /proc and /sys. */
  unmaskedPaths?: boolean;
  devices?: readonly DeviceMapping[];
  /** `c 10:200 rwm`, `b *:* r`, `a *:* rwm`. */
  deviceRules?: readonly string[];
  annotations?: Readonly<Record<string, string>>;
  sysctls: Readonly<Record<string, string>>;
  shmSizeBytes: number;
  oomScoreAdj: number;
  ulimits: readonly { name: string; soft: number; hard: number }[];
  init: boolean;
  log:
    | {
        maxBytes: number;
        maxFiles: number;
        /** Each line goes to the journal behind this socket as well, with these fields. */
        journal?: { socket: string; fields: Readonly<Record<string, string>> };
      }
    | 'none';
}

/** The program that starts containers, and why it is this one. */
export interface RuntimeInfo {
  name: 'runc' | 'crun';
  path: string;
  version: string;
  /** `quicker`: crun passed its trial; with the next two runc had to do. */
  why: 'asked' | 'quicker' | 'crun_missing' | 'crun_fails';
  /** Of crun in a trial that failed; else empty. */
  said: string;
}

/** How a process ended; written by the shim, readable after any crash of the server. */
export interface ExitRecord {
  /** 0–255; 128 + signal for a killed process; 255 when the shim was lost. */
  exitCode: number;
  signal: number | undefined;
  oomKilled: boolean;
  finishedAt: Date;
  /** The shim was lost: code and time are ours, not the process's. */
  lost?: true;
}

export interface OutputChunk {
  stream: 'stdout' | 'stderr';
  data: Buffer;
}

/** One client of a shim. Output begins at the moment of attaching; only that of a recovered terminal begins earlier. */
export interface AttachStream extends AsyncDisposable {
  /**
   * Ends with the process or when closed; one reader. Bounded: a reader of `attach` that stops reading pauses only itself and
   * is cut off beyond 8 MiB. The streams of `early` and of exec lose nothing instead: they slow the process down, so they
   * must be read or closed.
   */
  readonly output: AsyncIterable<OutputChunk>;
  /** How much of what `output` begins with was written before: at most 256 KiB, of terminals of exec sessions only. */
  readonly replayBytes: number;
  /** Resolves when the shim accepted the bytes: await it, and stdin is flow-controlled. */
  writeStdin(data: Uint8Array): Promise<void>;
  closeStdin(): void;
  resize(rows: number, columns: number): void;
  /** Resolves with the exit record, or undefined when the stream was closed before. */
  readonly exited: Promise<ExitRecord | undefined>;
  close(): void;
}

/** A running process tree and its shim. */
export interface Task {
  readonly id: ContainerId;
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: with the pid and the boot id it identifies the process. */
  readonly pidStartTicks: bigint;
  readonly startedAt: Date;
  /** Resolves once, also for a process that ended while no server ran. Exit 255 when the shim was lost. */
  readonly exited: Promise<ExitRecord>;
  /** A client that was connected before the process began (only right after `start` with `attachEarly`). */
  readonly early: AttachStream | undefined;
}

export interface ExecSpec {
  id: ExecId;
  containerId: ContainerId;
  args: readonly string[];
  env: readonly string[];
  cwd: string;
  user: ResolvedUser;
  tty: boolean;
  openStdin: boolean;
  privileged: boolean;
  consoleSize?: { rows: number; columns: number } | undefined;
}

export interface ExecTask {
  readonly id: ExecId;
  readonly pid: number;
  /** As it was started, also by an earlier server. */
  readonly args: readonly string[];
  readonly tty: boolean;
  readonly stream: AttachStream;
  /** Also when `stream` is closed. */
  resize(rows: number, columns: number): void;
  readonly exited: Promise<ExitRecord>;
  /** Kills it with what it started, as long as that is in its process group; nothing when it has ended. */
  kill(): void;
}

export interface ProcessInfo {
  pid: number;
  ppid: number;
  user: string;
  uid: number;
  /** Name on the host, or the number. */
  group: string;
  cpuSeconds: number;
  rssBytes: number;
  virtualBytes: number;
  startedAt: Date;
  /** `S`, or with the signs of ps(1): `Ss+`, `SNl`. */
  state: string;
  /** Name of the program as the kernel knows it, at most 15 bytes. */
  name: string;
  command: string;
  /** `pts/0`, or `?` without a terminal. */
  tty: string;
  processGroup: number;
  session: number;
  threads: number;
  niceness: number;
  priority: number;
}

/**
 * runc, the shim and the cgroups. Knows no names, images or networks.
 *
 * @throws EngineError `invalid_argument` with `details.exitCode` 126 or 127 and Docker's wording for a command that cannot be
 * executed or is not found; `unavailable` when runc is missing, hangs (10 s) or fails otherwise (its own text in the message);
 * `conflict` for exec in a paused container.
 */
export interface Runtime extends AsyncDisposable {
  /** What of this machine decides which limits a container can have. */
  readonly host: HostFacts;
  /** Writes the bundle's config.json and starts it through a shim. On failure no process, cgroup or runtime state is left. */
  start(spec: TaskSpec, opts?: OpOptions & { attachEarly?: boolean }): Promise<Task>;
  /** The running task after a restart of the server, the exit of one that ended meanwhile, or undefined when it never ran. */
  recover(
    id: ContainerId,
    known: { pid: number; pidStartTicks: bigint; startedAt: Date },
  ): Promise<{ running: Task } | { exited: ExitRecord } | undefined>;
  attach(id: ContainerId): Promise<AttachStream>;
  /** Signal to the container's first process. False when it has ended. */
  kill(id: ContainerId, signal: number): Promise<boolean>;
  pause(id: ContainerId): Promise<void>;
  unpause(id: ContainerId): Promise<void>;
  /** What the kernel says; false for one that does not run. */
  isPaused(id: ContainerId): boolean;
  /**
   * Limits of a running container: 0 and undefined leave one as it is, -1 takes it away.
   *
   * @throws EngineError `conflict` (more memory in use), `invalid_argument` (the kernel refuses); nothing is changed then
   */
  update(id: ContainerId, resources: Resources): Promise<void>;
  exec(spec: ExecSpec, opts?: OpOptions): Promise<ExecTask>;
  /** Sessions of a container that run or whose record is still there, also those of earlier servers. */
  listExecs(containerId: ContainerId): Promise<Pick<ExecTask, 'id' | 'args' | 'tty'>[]>;
  /** The exec session after a restart of the server; undefined when it ended and its record is gone. */
  recoverExec(containerId: ContainerId, id: ExecId): Promise<ExecTask | undefined>;
  stats(id: ContainerId, opts?: { detail?: boolean }): Promise<StatsSample>;
  processes(id: ContainerId): Promise<ProcessInfo[]>;
  /** Signals the process of it that `processes` told of. False when that one has ended. */
  signalProcess(id: ContainerId, target: { pid: number; startedAt: Date }, signal: number): Promise<boolean>;
  /** How many of its processes the kernel has killed for memory since the start. */
  oomKills(id: ContainerId): number;
  /** Kills what is left, removes cgroup, runc state, sockets and exit records of this id. Idempotent. */
  cleanUp(id: ContainerId): Promise<void>;
  /** Ids that runc, a shim or a cgroup of this instance knows: for reconcile and verify. */
  listKnown(): Promise<ContainerId[]>;
  /** Versions and problems, for doctor, /readyz and info; never throws. */
  check(): Promise<{
    ok: boolean;
    /** What new containers are started by; undefined when nothing can start them. */
    runtime: RuntimeInfo | undefined;
    cgroupVersion: 1 | 2;
    problems: { code: string; message: string; params: Readonly<Record<string, string>>; fix: string }[];
  }>;
}
