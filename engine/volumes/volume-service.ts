import type { Readable, Writable } from 'node:stream';
import type { Caller } from '../events/index.ts';
import type { ContainerId, OpOptions, ProgressOptions } from '../lib/index.ts';
import type { Digest } from '../oci/index.ts';

/** A container that had the volume and is gone. */
export interface VolumeUse {
  containerName: string;
  /** When it ended. */
  at: Date;
}

export interface VolumeRecord {
  name: string;
  driver: 'local';
  state: 'creating' | 'ready' | 'removing';
  /** True for volumes without a given name (64 hex digits). */
  anonymous: boolean;
  labels: Record<string, string>;
  /** `type`, `o`, `device`: what is mounted while somebody uses it. Empty for a folder of our own. */
  options: Record<string, string>;
  /** Containers that a consistent copy has paused: an intent, so that a crash leaves none of them paused. */
  pausedContainers: ContainerId[];
  /** Of those that are gone, the one that ended last; undefined when none was seen. */
  lastUse: VolumeUse | undefined;
  createdAt: Date;
}

export interface VolumeStore {
  /** @throws EngineError `already_exists` */
  insert(volume: VolumeRecord): Promise<void>;
  update(name: string, change: Partial<Omit<VolumeRecord, 'name'>>): Promise<void>;
  get(name: string): Promise<VolumeRecord | undefined>;
  list(): Promise<VolumeRecord[]>;
  delete(name: string): Promise<void>;
}

export interface VolumeUser {
  id: ContainerId;
  name: string;
  /** Also paused. */
  running: boolean;
  paused: boolean;
}

/** The containers of the host, as far as volumes need them. */
export interface VolumeUsers {
  containersOfVolume(name: string): Promise<VolumeUser[]>;
  /** False when it does not run, so that nothing was paused. */
  pause(id: ContainerId): Promise<boolean>;
  /** Does nothing to one that is gone or not paused. */
  unpause(id: ContainerId): Promise<void>;
}

export interface VolumeUsage {
  sizeBytes: number;
  inodes: number;
  measuredAt: Date;
}

export interface VolumeSummary extends VolumeRecord {
  scope: 'local';
  mountpoint: string;
  usedBy: VolumeUser[];
  /** As measured last; `usage()` measures. */
  usage: VolumeUsage | undefined;
}

export interface VolumeFilter {
  /** Parts of names. */
  name?: readonly string[] | undefined;
  /** `key` or `key=value`, all of them. */
  label?: readonly string[] | undefined;
  driver?: readonly string[] | undefined;
  /** Used by no container, or by some. */
  dangling?: boolean | undefined;
}

export interface BackupOptions extends ProgressOptions {
  /** Ended when everything was written; destroyed on a failure. */
  sink: Writable;
  compression?: 'none' | 'gzip' | 'zstd' | undefined;
  /** Pause the containers that use the volume, so that all files are of one moment. */
  consistent?: boolean | undefined;
}

/** What a copy has taken over. */
export interface VolumeCopy {
  entries: number;
  /** What was left out or changed meanwhile, in words. */
  notes: string[];
}

export interface VolumeBackup extends VolumeCopy {
  /** Of the bytes as written. */
  digest: Digest;
  sizeBytes: number;
}

export interface RestoreOptions extends ProgressOptions, VolumeCall {
  name: string;
  /** Besides those that the archive names, and before them. */
  labels?: Record<string, string> | undefined;
  /** A tar, compressed or not. One that `backup` wrote ends with its own digest, and has to. */
  source: Readable;
  /** Length of the source, for the progress. */
  totalBytes?: number | undefined;
  /** Of the bytes of the source; with it any tar is accepted. */
  digest?: Digest | undefined;
  /** Accept a tar that proves nothing about itself. */
  unproven?: boolean | undefined;
}

/**
 * Named and anonymous volumes of driver local.
 * @throws EngineError `invalid_argument` (name not `[a-zA-Z0-9][a-zA-Z0-9_.-]+`, options), `not_found`, `conflict` (other
 * options), `in_use` with `details.containers`
 */
/** Who asks, for the event. */
export interface VolumeCall extends OpOptions {
  actor?: Caller | undefined;
}

export interface VolumeService {
  /**
   * Idempotent by name, as Docker's; a conflict when options are given and are not those of the volume there is.
   * `anonymous` says that the name was drawn for one container; without a name it is.
   */
  create(
    opts: {
      name?: string | undefined;
      anonymous?: boolean;
      driver?: string | undefined;
      labels?: Record<string, string>;
      options?: Record<string, string>;
    } & VolumeCall,
  ): Promise<VolumeSummary>;
  get(name: string): Promise<VolumeSummary>;
  list(filter?: VolumeFilter): Promise<VolumeSummary[]>;
  /** Where they lie on this host: all, or those of these names that there are. */
  mountpoints(names?: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** `force`: one that does not exist is fine; a used one still is not removed. */
  remove(name: string, opts?: VolumeCall & { force?: boolean }): Promise<void>;
  /** Removes what no container uses: anonymous ones, with `all` also named ones; `label` restricts, `notLabel` keeps. */
  prune(
    opts?: VolumeCall & ProgressOptions & { all?: boolean; label?: readonly string[]; notLabel?: readonly string[] },
  ): Promise<{ removed: string[]; reclaimedBytes: number }>;
  /** Measured by a thread of its own; a younger answer than `maxAgeMs` (default a minute) is given again. */
  usage(name: string, opts?: { maxAgeMs?: number | undefined }): Promise<VolumeUsage>;
  /** Fills an empty volume from a folder of the image (owner, mode and links kept), as Docker does at first use. */
  populate(name: string, source: { rootfs: string; path: string }): Promise<void>;
  /**
   * Writes everything in the volume as one archive that proves by itself that it is whole.
   * @throws EngineError `unavailable` with reason `sink_failed`, `cancelled`
   */
  backup(name: string, opts: BackupOptions): Promise<VolumeBackup>;
  /**
   * Makes a new volume of an archive; it is visible only when all of it was read and its digest is right.
   * @throws EngineError `already_exists`, `data_corrupt`, `resource_exhausted`, `cancelled`
   */
  restore(opts: RestoreOptions): Promise<VolumeSummary & { copy: VolumeCopy }>;
  /**
   * A new volume with the content of this one; visible only when it is complete.
   * @throws EngineError `already_exists`, `resource_exhausted`, `cancelled`
   */
  clone(
    name: string,
    opts: VolumeCall &
      ProgressOptions & {
        name: string;
        labels?: Record<string, string> | undefined;
        consistent?: boolean | undefined;
      },
  ): Promise<VolumeSummary & { copy: VolumeCopy }>;
  /** Makes the volume's content be there for a container; options are mounted. Returns the folder. */
  hold(name: string, holder: string): Promise<string>;
  /** The container ended, or did not start: what nobody needs any more is unmounted. A volume that is gone is fine. */
  release(name: string, holder: string): Promise<void>;
  /** A container that ran with it is removed: who asks whether the volume may go is told. A volume that is gone is fine. */
  noteUse(name: string, use: VolumeUse): Promise<void>;
  /** Rows against the disk; empty when both agree. */
  verify(): Promise<string[]>;
  reconcile(): Promise<string[]>;
  /** Finishes the rows that a failed operation left half-made; safe beside operations. Returns what it did, in words. */
  repair(): Promise<string[]>;
}
