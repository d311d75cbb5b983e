import type { ImageDetail, ImageManifestInfo, ImageSummary, RemovedItem } from '#engine/images/index.ts';
import type { ApiLevel } from '../versions.ts';

/** What Go prints for a moment that has not come. */
const ZERO_TIME = '0001-01-01T00:00:00Z';

type ProcessConfig = NonNullable<ImageDetail['config']['config']>;

interface ListedImage extends Omit<ImageSummary, 'references' | 'repoDigests'> {
  /** The names to show, which a filter may have made fewer. */
  references: readonly string[];
  repoDigests: readonly string[];
}

export function toImageListItem(image: ListedImage, { level, sharedSize }: { level: ApiLevel; sharedSize: boolean }) {
  const nameless = image.references.length + image.repoDigests.length === 0;
  const list = (texts: readonly string[], none: string) => {
    if (level >= 43) return texts;
    return nameless ? [none] : orNull(texts);
  };
  return {
    Containers: level >= 51 ? image.usedBy.length : -1,
    Created: Math.floor(image.createdAt.getTime() / 1000),
    Id: image.id,
    Labels: orNullMap(image.labels),
    ParentId: image.parent ?? '',
    RepoDigests: list(image.repoDigests, '<none>@<none>'),
    RepoTags: list(image.references, '<none>:<none>'),
    SharedSize: sharedSize ? image.sizeBytes - image.uniqueBytes : -1,
    Size: image.sizeBytes,
    ...(level < 44 && { VirtualSize: image.sizeBytes }),
  };
}

export function toImageInspect(image: ImageDetail, level: ApiLevel) {
  const { config, platform } = image;
  return {
    Id: image.id,
    RepoTags: image.references,
    RepoDigests: image.repoDigests,
    Parent: image.parent ?? '',
    Comment: image.history.at(-1)?.comment ?? '',
    Created: image.createdAt.toISOString(),
    ...(level < 45 && { ContainerConfig: toLegacyConfig({}) }),
    DockerVersion: '',
    Author: config.author ?? '',
    Config: level >= 50 ? toImageConfig(config.config ?? {}) : toLegacyConfig(config.config ?? {}),
    Architecture: platform.architecture,
    ...(platform.variant !== undefined && { Variant: platform.variant }),
    Os: platform.os,
    Size: image.sizeBytes,
    ...(level < 44 && { VirtualSize: image.sizeBytes }),
    GraphDriver: { Data: null, Name: 'overlay2' },
    RootFS: { Type: 'layers', ...(image.layers.length > 0 && { Layers: image.layers.map(({ diffId }) => diffId) }) },
    Metadata: { LastTagTime: image.lastTaggedAt?.toISOString() ?? ZERO_TIME },
  };
}

function toImageConfig(config: ProcessConfig) {
  return {
    ...(config.ExposedPorts !== undefined && { ExposedPorts: config.ExposedPorts }),
    ...(config.Healthcheck !== undefined && { Healthcheck: config.Healthcheck }),
    ...(config.StopSignal !== undefined && { StopSignal: config.StopSignal }),
    ...(config.Shell !== undefined && { Shell: config.Shell }),
    Cmd: config.Cmd ?? null,
    Entrypoint: config.Entrypoint ?? null,
    Env: config.Env ?? null,
    Labels: orNullMap(config.Labels ?? {}),
    OnBuild: config.OnBuild ?? null,
    User: config.User ?? '',
    Volumes: config.Volumes ?? null,
    WorkingDir: config.WorkingDir ?? '',
  };
}

/** Before 1.50 an image's configuration was a container's, with fields that mean nothing there. */
function toLegacyConfig(config: ProcessConfig) {
  return {
    AttachStderr: false,
    AttachStdin: false,
    AttachStdout: false,
    Domainname: '',
    Hostname: '',
    Image: '',
    OpenStdin: false,
    StdinOnce: false,
    Tty: false,
    ...toImageConfig(config),
  };
}

/** Newest first; only the topmost layer is an image here. */
export function toHistory(image: ImageDetail) {
  const unknown: ImageDetail['history'][number] = { sizeBytes: image.sizeBytes };
  const entries = image.history.length > 0 ? image.history : [unknown];
  const made = [image, ...image.ancestors];
  return entries.toReversed().map((entry, at) => ({
    Comment: entry.comment ?? '',
    Created: secondsOf(entry.created),
    CreatedBy: entry.created_by ?? '',
    Id: made[at]?.id ?? '<missing>',
    Size: entry.sizeBytes,
    Tags: orNull(made[at]?.references ?? []),
  }));
}

/** Since 1.47 in lists and 1.48 in inspect, for whoever asks for it (`docker image ls --tree`). */
export function toManifest({ kind, descriptor, contentBytes, unpackedBytes, usedBy }: ImageManifestInfo) {
  const { mediaType, digest, size, platform, annotations } = descriptor;
  return {
    ID: digest,
    Descriptor: { mediaType, digest, size, ...(annotations !== undefined && { annotations }), platform },
    Available: true,
    Size: { Content: contentBytes, Total: contentBytes + unpackedBytes },
    Kind: kind,
    ...(kind === 'image'
      ? { ImageData: { Platform: platform, Containers: usedBy, Size: { Unpacked: unpackedBytes } } }
      : { AttestationData: { For: annotations?.['vnd.docker.reference.digest'] ?? '' } }),
  };
}

export function toRemovedItem(item: RemovedItem) {
  return 'untagged' in item ? { Untagged: item.untagged } : { Deleted: item.deleted };
}

function secondsOf(time: string | undefined): number {
  const at = Date.parse(time ?? ZERO_TIME);
  return Math.floor((Number.isNaN(at) ? Date.parse(ZERO_TIME) : at) / 1000);
}

function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}

function orNullMap(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> | null {
  return Object.keys(map).length === 0 ? null : map;
}
