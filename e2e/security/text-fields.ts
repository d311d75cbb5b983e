// Every place for a text within what is sent to a server, read from the shapes and schemas of the server itself.
import type { $ZodType, $ZodTypes } from 'zod/v4/core';
import type { Shape } from '#server/docker-api/shapes/shape.ts';

interface TextField {
  /** Dotted; `*` for the key of a map. */
  path: string;
  /** What is sent with this text in it, and nothing else that may be left out. */
  holding(text: string): unknown;
}

/** Of the body of a request of the Docker API. */
export function fieldsOfShape(shape: Shape, path = ''): TextField[] {
  switch (shape.kind) {
    case 'text':
      return [{ path, holding: (text) => text }];
    case 'texts':
      return [{ path, holding: (text) => [text] }];
    case 'list':
      return fieldsOfShape(shape.item, path).map((field) => wrapped(field, (inner) => [inner]));
    case 'map':
      return [
        { path: `${path}.*`, holding: (text) => ({ [text]: emptyOf(shape.item) }) },
        ...fieldsOfShape(shape.item, `${path}.key`).map((field) => wrapped(field, (inner) => ({ key: inner }))),
      ];
    case 'object':
      return [...shape.fields].flatMap(([name, inner]) =>
        fieldsOfShape(inner, path === '' ? name : `${path}.${name}`).map((field) =>
          wrapped(field, (value) => ({ [name]: value })),
        ),
      );
    case 'flag':
    case 'number':
      return [];
  }
}

function emptyOf({ kind }: Shape): unknown {
  return kind === 'text' ? '' : kind === 'list' ? [] : {};
}

function wrapped({ path, holding }: TextField, around: (inner: unknown) => unknown): TextField {
  return { path, holding: (text) => around(holding(text)) };
}

/**
 * Of the input of a procedure; what has to be there besides is in it.
 * @param samples a value for each text that not every text is good for, by the name of its field
 */
export function fieldsOfInput(
  schema: $ZodType,
  samples: (name: string) => unknown,
  path: readonly string[] = [],
): TextField[] {
  const { def } = (schema as $ZodTypes)._zod;
  const inner = (one: $ZodType, at: readonly string[] = path) => fieldsOfInput(one, samples, at);
  if (def.type === 'string') return [{ path: path.join('.'), holding: (text) => text }];
  if (def.type === 'optional' || def.type === 'default') return inner(def.innerType);
  if (def.type === 'pipe') return inner(def.in);
  if (def.type === 'union') return def.options.flatMap((option) => inner(option));
  if (def.type === 'array') return inner(def.element).map((field) => wrapped(field, (value) => [value]));
  if (def.type === 'record') {
    return [
      { path: [...path, '*'].join('.'), holding: (text) => ({ [text]: sampleOf(def.valueType, samples, '') }) },
      ...inner(def.valueType, [...path, 'key']).map((field) => wrapped(field, (value) => ({ key: value }))),
    ];
  }
  if (def.type !== 'object') return [];
  const entries = Object.entries(def.shape);
  return entries.flatMap(([name, one]) =>
    inner(one, [...path, name]).map((field) =>
      wrapped(field, (value) => ({ ...requiredOf(entries, samples), [name]: value })),
    ),
  );
}

function requiredOf(entries: readonly [string, $ZodType][], samples: (name: string) => unknown): object {
  const required = entries.filter(
    ([, { _zod }]) => !['optional', 'default'].includes((_zod as { def: { type: string } }).def.type),
  );
  return Object.fromEntries(required.map(([name, schema]) => [name, sampleOf(schema, samples, name)]));
}

/** Something that fits. */
function sampleOf(schema: $ZodType, samples: (name: string) => unknown, name: string): unknown {
  const sample = samples(name);
  const { def } = (schema as $ZodTypes)._zod;
  if (def.type === 'string') return sample ?? 'x';
  if (def.type === 'number') return sample ?? 1;
  if (def.type === 'boolean') return false;
  if (def.type === 'date') return new Date(0);
  if (def.type === 'enum') return Object.values(def.entries)[0];
  if (def.type === 'literal') return def.values[0];
  if (def.type === 'array') return [sampleOf(def.element, samples, name)];
  if (def.type === 'record') return {};
  if (def.type === 'union') return sampleOf(def.options[0] as $ZodType, samples, name);
  if (def.type === 'pipe') return sampleOf(def.in, samples, name);
  if (def.type === 'optional' || def.type === 'default') return sampleOf(def.innerType, samples, name);
  if (def.type === 'object') return requiredOf(Object.entries(def.shape), samples);
  throw new Error(`no sample is known for a ${def.type} at ${name}`);
}
