import type { ContainerId, ExecId } from '../lib/index.ts';
import type { BoundPort } from '../networks/network-service.ts';
import type { ContainerConfig, MountSpec } from './container-config.ts';
import type { ContainerRecord, ContainerState, HealthState } from './container-record.ts';

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
  /** Somebody waits for its end at this moment. */
  ending?: 'stop' | 'restart' | undefined;
  /** When it will be killed, should it not have ended by then. */
  killAt?: Date | undefined;
  allowedActions: readonly ContainerAction[];
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

/** One process as `processes` told of it; of a pid alone nobody knows whether it is still the same. */
export interface ProcessTarget {
  pid: number;
  startedAt: Date;
}
