import { badRequest } from './docker-error.ts';

/** The filters of a request: values by key. */
export type Filters = ReadonlyMap<string, readonly string[]>;

const MAX_VALUES = 1_000;

/**
 * Reads `filters` in both encodings that clients use, `{"label":["a=b"]}` and `{"label":{"a=b":true}}`.
 * @throws EngineError `invalid_argument` "invalid filter", also for a key that is not in `allowed`; without it all pass
 */
export function parseFilters(query: URLSearchParams, allowed?: readonly string[]): Filters {
  const filters = new Map<string, string[]>();
  const text = query.get('filters');
  if (text === null || text === '') return filters;
  for (const [key, values] of Object.entries(parseObject(text))) filters.set(key, valuesOf(values));
  const unknown = [...filters.keys()].find((key) => allowed?.includes(key) === false);
  if (unknown !== undefined) throw badRequest(`invalid filter '${unknown}'`, 'filter_unknown');
  return filters;
}

function parseObject(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The reason would only quote the client's own text.
    throw invalid();
  }
  if (parsed === null) return {};
  if (typeof parsed !== 'object' || Array.isArray(parsed)) throw invalid();
  return parsed as Record<string, unknown>;
}

function valuesOf(values: unknown): string[] {
  if (values === null) return [];
  if (typeof values !== 'object') throw invalid();
  const texts = Array.isArray(values)
    ? values
    : Object.entries(values).flatMap(([text, on]) => {
        if (typeof on !== 'boolean') throw invalid();
        return on ? [text] : [];
      });
  if (texts.length > MAX_VALUES || !texts.every((text) => typeof text === 'string')) throw invalid();
  return texts;
}

function invalid() {
  return badRequest('invalid filter', 'filter_invalid');
}

/** One of the values of a key that takes yes or no; undefined when it is not given. */
export function flagFilter(filters: Filters, key: string): boolean | undefined {
  const values = filters.get(key);
  if (values === undefined) return undefined;
  if (values.length === 0) throw badRequest(`invalid filter '${key}'`, 'filter_invalid');
  if (values.length === 1 && ['1', 'true'].includes(values[0] ?? '')) return true;
  if (values.length === 1 && ['0', 'false'].includes(values[0] ?? '')) return false;
  throw badRequest(`invalid filter '${key}=[${values.join(' ')}]'`, 'filter_invalid');
}

/** `label` and `label!`: all of the first must be there, none of the second may. */
export function labelsMatch(filters: Filters, labels: Readonly<Record<string, string>>): boolean {
  const has = (wanted: string): boolean => {
    const equals = wanted.indexOf('=');
    if (equals === -1) return Object.hasOwn(labels, wanted);
    const key = wanted.slice(0, equals);
    return Object.hasOwn(labels, key) && labels[key] === wanted.slice(equals + 1);
  };
  return (filters.get('label') ?? []).every(has) && !(filters.get('label!') ?? []).some(has);
}

/** The one `until` of a prune. @throws EngineError `invalid_argument`, also for several */
export function untilFilter(filters: Filters): Date | undefined {
  const [until, ...more] = filters.get('until') ?? [];
  if (more.length > 0) throw badRequest('more than one until filter specified', 'filter_invalid');
  return until === undefined ? undefined : parseUntil(until, new Date());
}

/** A Go duration before now, seconds since 1970, or a date. */
export function parseUntil(text: string, now: Date): Date {
  const seconds = durationSeconds(text);
  if (seconds !== undefined) return new Date(now.getTime() - seconds * 1000);
  if (/^\d{1,12}(?:\.\d{1,9})?$/.test(text)) return new Date(Number(text) * 1000);
  const date = new Date(/^\d{4}-\d\d-\d\d(?:T[\d:.]+)?$/.test(text) ? `${text}${text.includes('T') ? 'Z' : ''}` : text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(date.getTime())) {
    throw badRequest(`failed to parse value as time or duration: "${text}"`, 'filter_invalid');
  }
  return date;
}

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** A duration as Go writes it, such as `1h30m`. */
function durationSeconds(text: string): number | undefined {
  if (!/^[+-]?(?:\d+(?:\.\d+)?(?:h|ms|us|µs|ns|m|s))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g)) {
    seconds += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  }
  return text.startsWith('-') ? -seconds : seconds;
}
