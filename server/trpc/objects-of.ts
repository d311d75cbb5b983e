import type { $ZodObject, $ZodType, $ZodTypes } from 'zod/v4/core';

/** An object somewhere in an input. */
interface ObjectAt {
  /** The keys that lead to it; `0` stands for each entry of a list, `*` for each of a record. */
  path: readonly string[];
  schema: $ZodObject;
}

const LEAVES: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'date', 'enum', 'literal']);

/** All objects of an input, the input itself first. @throws Error on a kind of schema that cannot be looked into */
export function objectsOf(schema: $ZodType, path: readonly string[] = []): ObjectAt[] {
  const known = schema as $ZodTypes;
  const { def } = known._zod;
  if (LEAVES.has(def.type)) return [];
  if (def.type === 'object') {
    const inner = Object.entries(def.shape).flatMap(([key, field]) => objectsOf(field, [...path, key]));
    return [{ path, schema: known as $ZodObject }, ...inner];
  }
  if (def.type === 'array') return objectsOf(def.element, [...path, '0']);
  if (def.type === 'record') return objectsOf(def.valueType, [...path, '*']);
  if (def.type === 'union') return def.options.flatMap((option) => objectsOf(option, path));
  if (def.type === 'optional' || def.type === 'default') return objectsOf(def.innerType, path);
  if (def.type === 'pipe') return objectsOf(def.in, path);
  throw new Error(`An input has a part of a kind that is not looked into: ${def.type} at ${path.join('.')}`);
}

/** Whether it refuses fields that it does not name. */
export function isStrict({ _zod: { def } }: $ZodObject): boolean {
  return def.catchall?._zod.def.type === 'never';
}
