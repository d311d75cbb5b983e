import type { ContainerId } from '../lib/index.ts';
import type { ContainerConfig, MountSpec } from './container-config.ts';

export type Status = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

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

/**
 * Carries only what is true in that state. `health` is there with a health check only. `restartedAt` says when its policy
 * started it again lately, oldest first, since somebody last started or stopped it; absent when it did not.
 */
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
      restartedAt?: readonly Date[];
    }
  | {
      status: 'restarting';
      exitCode: number;
      oomKilled: boolean;
      startedAt: Date;
      finishedAt: Date;
      nextAt: Date;
      attempt: number;
      restartedAt?: readonly Date[];
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
  /** Of `get` what every gate asks for, without reading the rest. */
  identify(id: ContainerId): Promise<Pick<ContainerRecord, 'id' | 'name' | 'createdBy' | 'phase'> | undefined>;
  findByName(name: string): Promise<ContainerRecord | undefined>;
  /** At most 2: enough to know that it is ambiguous. */
  findByIdPrefix(prefix: string): Promise<ContainerRecord[]>;
  /** Records may be shared among all who ask, and are frozen then. */
  list(): Promise<ContainerRecord[]>;
  update(id: ContainerId, change: Partial<Omit<ContainerRecord, 'id'>>): Promise<void>;
  delete(id: ContainerId): Promise<void>;
}
