import type { VolumeSummary } from '#engine/volumes/index.ts';

export function toVolume(
  volume: Pick<VolumeSummary, 'createdAt' | 'driver' | 'labels' | 'mountpoint' | 'name' | 'options'>,
) {
  return {
    CreatedAt: `${volume.createdAt.toISOString().slice(0, 19)}Z`,
    Driver: volume.driver,
    Labels: orNull(volume.labels),
    Mountpoint: volume.mountpoint,
    Name: volume.name,
    Options: orNull(volume.options),
    Scope: 'local',
  };
}

/** A label of a volume without a given name is there even when its value is empty. */
function orNull(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> | null {
  return Object.keys(map).length === 0 ? null : map;
}
