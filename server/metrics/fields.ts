/**
 * Figures of a point of a container, in the order in which they are kept: `cpu` in percent of one core, `throttled` in percent
 * of the time, memory in bytes, traffic in bytes a second. `…Max` is the highest of what a point was put together from.
 */
export const CONTAINER_FIELDS = [
  'cpu',
  'cpuMax',
  'throttled',
  'memory',
  'memoryMax',
  'cache',
  'swap',
  'memoryLimit',
  'rx',
  'tx',
  'read',
  'write',
  'pids',
] as const;

/** Figures of a point of the host: `cpu` in percent of all cores together. */
export const HOST_FIELDS = [
  'cpu',
  'cpuMax',
  'load',
  'memory',
  'memoryMax',
  'memoryLimit',
  'swap',
  'disk',
  'diskLimit',
  'rx',
  'tx',
  'read',
  'write',
] as const;

export type ContainerField = (typeof CONTAINER_FIELDS)[number];
export type HostField = (typeof HOST_FIELDS)[number];

/** The series of the host itself. */
export const HOST_SERIES = 'host';

export function fieldsOf(series: string): readonly string[] {
  return series === HOST_SERIES ? HOST_FIELDS : CONTAINER_FIELDS;
}

/** Figures of one point, in the order of the fields; what is not known is NaN. */
export type Values = readonly number[];

/** One point of figures of several: limits as they were last, the highest of `…Max`, the mean of the others. */
export function mergeValues(fields: readonly string[], points: readonly Values[]): Values {
  return fields.map((field, index) => {
    const known = points.map((point) => point[index] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    if (known.length === 0) return Number.NaN;
    if (field.endsWith('Limit')) return known.at(-1) ?? Number.NaN;
    if (field.endsWith('Max')) return Math.max(...known);
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}
