import type { VolumeFilter, VolumeSummary } from './volume-service.ts';

/** Docker's filters: within one kind any may fit (labels: all of them), the kinds together must. */
export function fitsFilter(volume: VolumeSummary, filter: VolumeFilter): boolean {
  const { name = [], label = [], driver = [], dangling } = filter;
  if (name.length > 0 && !name.some((part) => volume.name.includes(part))) return false;
  if (driver.length > 0 && !driver.includes(volume.driver)) return false;
  if (dangling !== undefined && dangling !== (volume.usedBy.length === 0)) return false;
  return hasLabels(volume.labels, label);
}

/** `key` or `key=value` each. */
export function hasLabels(labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((text) => {
    const at = text.indexOf('=');
    const key = at < 0 ? text : text.slice(0, at);
    return Object.hasOwn(labels, key) && (at < 0 || labels[key] === text.slice(at + 1));
  });
}
