import type { ContainerService } from '../containers/container-service.ts';
import { isEngineError } from '../errors/index.ts';
import type { ImageService, ImagesUsage } from '../images/image-service.ts';
import type { ContainerId } from '../lib/index.ts';
import type { VolumeService } from '../volumes/volume-service.ts';

/** What lies on the disk, by kind, as `docker system df` counts it. Bytes. */
export interface DiskUsage {
  images: ImagesUsage;
  /** Writable layers. */
  containers: { id: ContainerId; name: string; running: boolean; sizeBytes: number }[];
  volumes: { name: string; sizeBytes: number; containers: number }[];
}

/** Measured now, one after the other: what goes meanwhile is left out. */
export async function measureDiskUsage(parts: {
  images: Pick<ImageService, 'usage'>;
  containers: Pick<ContainerService, 'list' | 'writableBytes'>;
  volumes: Pick<VolumeService, 'list' | 'usage'>;
}): Promise<DiskUsage> {
  const usage: DiskUsage = { images: await parts.images.usage(), containers: [], volumes: [] };
  for (const { id, name, state } of await parts.containers.list({ all: true })) {
    const sizeBytes = await unlessGone(parts.containers.writableBytes(id));
    const running = state.status === 'running' || state.status === 'paused';
    if (sizeBytes !== undefined) usage.containers.push({ id, name, running, sizeBytes });
  }
  for (const { name, usedBy } of await parts.volumes.list()) {
    const measured = await unlessGone(parts.volumes.usage(name));
    if (measured !== undefined) usage.volumes.push({ name, sizeBytes: measured.sizeBytes, containers: usedBy.length });
  }
  return usage;
}

async function unlessGone<T>(measuring: Promise<T>): Promise<T | undefined> {
  try {
    return await measuring;
  } catch (error) {
    if (isEngineError(error, 'not_found')) return undefined;
    throw error;
  }
}
