/**
 * Dates and big integers in JSON, as superjson writes them: `{json, meta: {values: {'0.createdAt': ['Date']}}}`, so that programs
 * with that library understand it. Of what else superjson knows nothing is sent; the library itself is many times larger and, for
 * long lists, slower.
 */
interface Wire {
  json: unknown;
  meta?: { values?: unknown; v?: number };
}

type Kinds = Record<string, ['Date' | 'bigint']>;

/** @throws TypeError on a kind of value that is not sent here */
export function serialize(value: unknown): Wire {
  if (value instanceof Date) return { json: value, meta: { values: ['Date'], v: 1 } };
  if (value === undefined) return { json: null, meta: { values: ['undefined'], v: 1 } };
  const kinds: Kinds = {};
  const json = pack(value, '', kinds);
  for (const _ in kinds) return { json, meta: { values: kinds, v: 1 } };
  return { json };
}

/** What is under `path`, as JSON has it. Dates become text by themselves when it is written, so that little has to be copied. */
export function pack(value: unknown, path: string, kinds: Kinds): unknown {
  if (typeof value === 'bigint') {
    kinds[path] = ['bigint'];
    return String(value);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) {
    kinds[path] = ['Date'];
    return value;
  }
  if (value instanceof Map || value instanceof Set) throw new TypeError(`${path} is of a kind that is not sent`);
  const start = path === '' ? '' : `${path}.`;
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const entry = (value as Record<string, unknown>)[key];
    if (entry === null || (typeof entry !== 'object' && typeof entry !== 'bigint')) continue;
    const packed = pack(entry, start + escapeKey(key), kinds);
    if (packed === entry) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    copy[key] = packed;
  }
  return copy ?? value;
}

/** @throws TypeError on a kind of value that is not sent here */
export function deserialize(wire: unknown): unknown {
  const { json, meta } = wire as Wire;
  const values = meta?.values;
  if (values === undefined) return json;
  if (Array.isArray(values)) return revive(json, values[0]);
  for (const [path, kinds] of Object.entries(values as Readonly<Record<string, unknown>>)) {
    const keys = splitPath(path);
    const last = keys.pop() ?? '';
    let place = json as Record<string, unknown> | undefined;
    for (const key of keys) {
      const inner: unknown = place !== undefined && Object.hasOwn(place, key) ? place[key] : undefined;
      place = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : undefined;
    }
    if (place !== undefined && Object.hasOwn(place, last))
      place[last] = revive(place[last], Array.isArray(kinds) ? kinds[0] : kinds);
  }
  return json;
}

function revive(value: unknown, kind: unknown): unknown {
  if (kind === 'Date' && typeof value === 'string') return new Date(value);
  if (kind === 'bigint' && typeof value === 'string') return BigInt(value);
  if (kind === 'undefined') return undefined;
  throw new TypeError(`A value of the kind ${String(kind)} is not understood`);
}

/** Keys of any kind, such as those of labels, keep their dots apart from those of the path. */
function escapeKey(key: string): string {
  return key.includes('.') || key.includes('\\') ? key.replaceAll('\\', '\\\\').replaceAll('.', '\\.') : key;
}

function splitPath(path: string): string[] {
  if (!path.includes('\\')) return path.split('.');
  const keys = [''];
  for (let at = 0; at < path.length; at += 1) {
    const char = path[at] ?? '';
    if (char === '.') keys.push('');
    else keys[keys.length - 1] += char === '\\' ? (path[++at] ?? '') : char;
  }
  return keys;
}
