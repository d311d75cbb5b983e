import type { ContainerId, OpOptions } from '../lib/index.ts';

export interface VolumeRecord {
  name: string;
  driver: 'local';
  state: 'creating' | 'ready' | 'removing';
  /** True for volumes without a given name (64 hex digits). */
  anonymous: boolean;
  labels: Record<string, string>;
  options: Record<string, string>;
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

export interface VolumeUsers {
  containersOfVolume(name: string): Promise<{ id: ContainerId; name: string }[]>;
}

export interface VolumeSummary extends VolumeRecord {
  mountpoint: string;
  usedBy: { id: ContainerId; name: string }[];
}

/**
 * Named and anonymous volumes of driver local.
 * @throws EngineError `invalid_argument` (name not `[a-zA-Z0-9][a-zA-Z0-9_.-]+`), `not_found`, `in_use` with `details.containers`
 */
export interface VolumeService {
  /** Idempotent by name, as Docker's. `anonymous` says that the name was drawn for one container; without a name it is. */
  create(
    opts: {
      name?: string;
      anonymous?: boolean;
      labels?: Record<string, string>;
      options?: Record<string, string>;
    } & OpOptions,
  ): Promise<VolumeSummary>;
  get(name: string): Promise<VolumeSummary>;
  list(): Promise<VolumeSummary[]>;
  remove(name: string, opts?: OpOptions): Promise<void>;
  usage(name: string): Promise<{ sizeBytes: number; inodes: number }>;
  /** Fills an empty volume from a folder of the image (owner, mode and links kept), as Docker does at first use. */
  populate(name: string, source: { rootfs: string; path: string }): Promise<void>;
  reconcile(): Promise<string[]>;
}
