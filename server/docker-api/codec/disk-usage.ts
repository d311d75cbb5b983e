import type { ImageSummary } from '#engine/images/index.ts';
import type { VolumeSummary } from '#engine/volumes/index.ts';
import type { ApiLevel } from '../versions.ts';
import { toVolume } from './volumes.ts';

export function toImageUsage(image: ImageSummary, level: ApiLevel) {
  return {
    Containers: image.usedBy.length,
    Created: Math.floor(image.createdAt.getTime() / 1000),
    Id: image.id,
    Labels: Object.keys(image.labels).length === 0 ? null : image.labels,
    ParentId: '',
    RepoDigests: image.repoDigests.length === 0 ? null : image.repoDigests,
    RepoTags: image.references,
    SharedSize: image.sizeBytes - image.uniqueBytes,
    Size: image.sizeBytes,
    ...(level < 44 && { VirtualSize: image.sizeBytes }),
  };
}

export function toVolumeUsage(volume: VolumeSummary, sizeBytes: number) {
  return { ...toVolume(volume), UsageData: { RefCount: volume.usedBy.length, Size: sizeBytes } };
}
