import type { Caller } from '../events/index.ts';
import type { BeforeReplace } from '../images/image-service.ts';
import type { ContainerId, ExecId, OpOptions, ProgressOptions } from '../lib/index.ts';
import type { Resources } from '../runtime/runtime.ts';
import type { RestartPolicy } from './container-config.ts';
import type { HealthState, Status } from './container-record.ts';

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
  actor?: Caller | undefined;
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
  beforeReplace?: BeforeReplace | undefined;
}

export interface ListFilter {
  /** Full ids; one that is not there is left out. */
  ids?: readonly string[] | undefined;
  all?: boolean;
  status?: readonly Status[];
  name?: readonly string[];
  label?: readonly string[];
  ancestor?: readonly string[];
  /** `none`: running without a health check, or not running. */
  health?: readonly (HealthState['status'] | 'none')[] | undefined;
}
