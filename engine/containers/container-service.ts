import type { Readable, Writable } from 'node:stream';
import type { FileChange, PathStat } from '../diff/index.ts';
import type { ImageSummary } from '../images/image-service.ts';
import type { ContainerId, ExecId, ProgressOptions } from '../lib/index.ts';
import type { Listener } from '../networks/host-listeners.ts';
import type { EndpointConfig } from '../networks/network-service.ts';
import type { LogBytesOptions, LogLine, LogRoom } from '../runtime/log/log-reader.ts';
import type { AttachStream, ProcessInfo } from '../runtime/runtime.ts';
import type { StatsSample } from '../stats/index.ts';
import type { ContainerConfig } from './container-config.ts';
import type {
  CallOptions,
  CommitOptions,
  CreateOptions,
  ExecInfo,
  ExecRequest,
  ListFilter,
  UpdateRequest,
  WriteArchiveOptions,
} from './container-requests.ts';
import type {
  ContainerDetail,
  ContainerHandle,
  ContainerSummary,
  ProcessTarget,
  PublishedPort,
} from './container-summary.ts';

export type * from './container-config.ts';
export type * from './container-record.ts';
export type * from './container-requests.ts';
export type * from './container-summary.ts';

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
  /** Rows are shared among all who ask for them while they are the same: nothing of one is to be changed. */
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
      room?: LogRoom;
      onCurrent?: () => void;
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
  /** Resolves when it has ended and its exit code is known; at once for one that was never started. */
  waitExec(id: ExecId): Promise<ExecInfo>;
  /** Ends an exec session's process (HUP, then KILL). */
  endExec(id: ExecId): Promise<void>;
  resizeExec(id: ExecId, rows: number, columns: number): Promise<void>;
  /** Shells found in the container's root without running anything: best first. */
  findShells(ref: string): Promise<string[]>;
  /** `detail`: everything Docker's API shows, not only what a chart draws. */
  stats(ref: string, opts?: { detail?: boolean }): Promise<StatsSample>;
  /** Bytes of the writable layer: what removing the container gives back. */
  writableBytes(ref: string): Promise<number>;
  /** The folders its file system is laid over, topmost first, and where it is mounted while it runs. @throws EngineError `not_found` */
  layersOf(ref: string): Promise<{ upper: string; work: string; merged: string; lowerDirs: string[] }>;
  processes(ref: string): Promise<ProcessInfo[]>;
  /** One process of it, as `processes` told of it. @throws EngineError `not_found` when it has ended, `conflict` */
  signalProcess(ref: string, target: ProcessTarget, opts: CallOptions & { unixSignal: string }): Promise<void>;
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
  /** Releases what an exit could not release; safe beside operations. Returns what it did, in words. */
  repair(): Promise<string[]>;
  /** Stops timers and joins; touches no container. */
  close(): Promise<void>;
}
