import { pack, serialize } from './wire.schema.ts';

type Kinds = Parameters<typeof pack>[2];

/** A row as it goes over the wire, with what is said of its fields. */
interface PackedRow {
  json: unknown;
  kinds: [path: string, kind: Kinds[string]][];
}

const packed = new WeakMap<object, PackedRow>();

/**
 * As `serialize`. A list of rows that the engine shares among all who ask, and which are frozen for that, has each of them packed
 * once: many look at the same long list, and few of its rows change between two looks.
 */
export function serializeShared(value: unknown): ReturnType<typeof serialize> {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isShared)) return serialize(value);
  const kinds: Kinds = {};
  const json = value.map((row, at) => {
    const known = packedRow(row);
    for (const [path, kind] of known.kinds) kinds[`${at}.${path}`] = kind;
    return known.json;
  });
  return { json, meta: { values: kinds, v: 1 } };
}

function isShared(row: unknown): row is object {
  return typeof row === 'object' && row !== null && Object.isFrozen(row);
}

function packedRow(row: object): PackedRow {
  let known = packed.get(row);
  if (known === undefined) {
    const kinds: Kinds = {};
    // Written and read once: dates are text from here on.
    known = { json: JSON.parse(JSON.stringify(pack(row, '', kinds))), kinds: Object.entries(kinds) };
    packed.set(row, known);
  }
  return known;
}
