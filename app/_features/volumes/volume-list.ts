import type { VolumeSummary } from '../../_lib/trpc.ts';

export const VOLUME_FILTERS = ['all', 'used', 'dangling', 'anonymous'] as const;
export type VolumeFilter = (typeof VOLUME_FILTERS)[number];

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}$/;

/** What is wrong with the name of a volume that is to be made; none is typed yet where the text is empty. */
export function volumeNameProblem(
  name: string,
  volumes: readonly Pick<VolumeSummary, 'name'>[],
): 'volume_exists' | 'volume_name_invalid' | undefined {
  if (volumes.some((volume) => volume.name === name)) return 'volume_exists';
  return name === '' || NAME.test(name) ? undefined : 'volume_name_invalid';
}

type Row = Pick<VolumeSummary, 'name' | 'anonymous' | 'labels'> & { usedBy: readonly unknown[] };

/** Dangling: no container has it, running or not. */
export function matchesVolume(volume: Row, filter: VolumeFilter): boolean {
  if (filter === 'used') return volume.usedBy.length > 0;
  if (filter === 'dangling') return volume.usedBy.length === 0;
  return filter === 'all' || volume.anonymous;
}

/** Rows of the list: by part of a name or of a label. */
export function filterVolumes<T extends Row>(
  volumes: readonly T[],
  { query, filter }: { query: string; filter: VolumeFilter },
): T[] {
  const words = query.trim().toLowerCase();
  return volumes.filter(
    (volume) =>
      matchesVolume(volume, filter) &&
      [volume.name, ...labelsOf(volume.labels)].some((text) => text.toLowerCase().includes(words)),
  );
}

/** `key=value` each, a key alone where the value is empty. */
export function labelsOf(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([key, value]) => (value === '' ? key : `${key}=${value}`));
}

/** Lines of `key=value` as a person types them; blank ones count for nothing. The last of two values of a key holds. */
export function parseLabels(text: string): Record<string, string> {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}
