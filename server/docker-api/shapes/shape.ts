import { badRequest } from '../docker-error.ts';

/** What kind of value belongs where in the body of a request; `type` is how Go calls it, which is what clients are told. */
export type Shape =
  | { kind: 'text' | 'flag'; type: string }
  | { kind: 'number'; type: string; min: number; max: number }
  | { kind: 'list' | 'map'; type: string; item: Shape }
  /** One text or a list of them. */
  | { kind: 'texts'; type: string }
  | { kind: 'object'; type: string; fields: ReadonlyMap<string, Shape> };

/** The body of a request as a whole. */
export interface BodyShape {
  shape: Shape;
  /** What stands before the first dot of a field that is told; empty where Go has no name for it. */
  name: string;
}

export const FLAG: Shape = { kind: 'flag', type: 'bool' };

/** One text or a list of them, as a command is sent. */
export const WORDS: Shape = { kind: 'texts', type: 'strslice.StrSlice' };

export function text(type = 'string'): Shape {
  return { kind: 'text', type };
}

const LIMITS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  int: [-(2 ** 63), 2 ** 63],
  int64: [-(2 ** 63), 2 ** 63],
  uint: [0, 2 ** 64],
  uint16: [0, 2 ** 16 - 1],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, 2 ** 64],
};

/** @param type what it is called when it is not by what it holds */
export function number(holds: 'int' | 'int64' | 'uint' | 'uint16' | 'uint32' | 'uint64', type: string = holds): Shape {
  const [min, max] = LIMITS[holds] ?? [0, 0];
  return { kind: 'number', type, min, max };
}

export function list(item: Shape, type = `[]${item.type}`): Shape {
  return { kind: 'list', type, item };
}

/** Its keys are data. */
export function map(item: Shape, type = `map[string]${item.type}`): Shape {
  return { kind: 'map', type, item };
}

/** Names of fields are read without regard to case; fields that are not named here may be anything, as nobody reads them. */
export function object(type: string, fields: Readonly<Record<string, Shape>>): Shape {
  const byName = new Map(Object.entries(fields).map(([name, shape]) => [name.toLowerCase(), shape]));
  return { kind: 'object', type, fields: byName };
}

export const TEXTS = list(text());
export const TEXT_MAP = map(text());
/** A map whose keys say everything. */
export const KEYS = map(object('struct {}', {}), 'map[string]struct {}');

/** Where a value stands; the last part is an index for one of a list. */
interface Place {
  path: string;
  inList: boolean;
}

/**
 * Refuses the first value of the wrong kind, in the order of the body; null is fine everywhere, as not given.
 * @throws EngineError `invalid_argument` in the words of Go's reader, with the path of the field
 */
export function assertShape(value: unknown, { shape, name }: BodyShape): void {
  if (value === null) return;
  if (!fits(value, shape)) {
    throw wrongKind(`cannot unmarshal ${kindOf(value)} into Go value of type ${shape.type}`);
  }
  assertInside(value, shape, name);
}

function assertAt(value: unknown, shape: Shape, { path, inList }: Place): void {
  if (value === null) return;
  if (!fits(value, shape)) {
    const told =
      (typeof value === 'number' || typeof value === 'bigint') && shape.kind === 'number'
        ? `number ${value}`
        : kindOf(value);
    throw wrongKind(`cannot unmarshal ${told} into ${inList ? '' : 'Go struct field '}${path} of type ${shape.type}`);
  }
  assertInside(value, shape, path);
}

function assertInside(value: unknown, shape: Shape, path: string): void {
  if (Array.isArray(value)) {
    if (shape.kind !== 'list') return;
    for (const [index, item] of value.entries()) assertAt(item, shape.item, { path: `${path}.${index}`, inList: true });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const wanted =
        shape.kind === 'map' ? shape.item : shape.kind === 'object' ? shape.fields.get(key.toLowerCase()) : undefined;
      if (wanted !== undefined) assertAt(item, wanted, { path: `${path}.${escaped(key)}`, inList: false });
    }
  }
}

function fits(value: unknown, shape: Shape): boolean {
  switch (shape.kind) {
    case 'text':
      return typeof value === 'string';
    case 'flag':
      return typeof value === 'boolean';
    case 'number':
      // Beyond what a double holds; no smaller kind of number has such a limit.
      if (typeof value === 'bigint') return value >= BigInt(shape.min) && value < BigInt(shape.max);
      return Number.isInteger(value) && Number(value) >= shape.min && Number(value) <= shape.max;
    case 'list':
      return Array.isArray(value);
    case 'texts':
      return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
    case 'map':
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
  }
}

function kindOf(value: unknown): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** As in a JSON pointer. */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function wrongKind(words: string) {
  return badRequest(`invalid JSON: json: ${words}`, 'field_kind');
}
