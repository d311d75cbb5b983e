import { badRequest } from '../docker-error.ts';

/**
 * An object a client sent, read as Go reads it: names without regard to case, null as not given, a value of the wrong kind as an
 * error that names the field.
 */
export class JsonObject {
  readonly #fields: ReadonlyMap<string, unknown>;
  readonly #path: string;

  private constructor(fields: ReadonlyMap<string, unknown>, path: string) {
    this.#fields = fields;
    this.#path = path;
  }

  /** @throws EngineError `invalid_argument` when it is no object */
  static from(value: unknown, path: string): JsonObject {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongKind(path, value, 'object');
    const fields = new Map<string, unknown>();
    const names = new Set<string>();
    for (const [name, field] of Object.entries(value)) {
      const key = name.toLowerCase();
      // Which of the two is meant would depend on who reads it: whoever judges, or whoever acts.
      if (names.has(key))
        throw badRequest(`invalid JSON: ${path === '' ? name : `${path}.${name}`} is given twice`, 'field_twice');
      names.add(key);
      if (field !== null) fields.set(key, field);
    }
    return new JsonObject(fields, path);
  }

  static empty(): JsonObject {
    return new JsonObject(new Map(), '');
  }

  /** Of the fields given, in small letters. */
  names(): string[] {
    return [...this.#fields.keys()];
  }

  /** The value as it came, undefined for null. */
  raw(name: string): unknown {
    return this.#fields.get(name.toLowerCase());
  }

  text(name: string): string | undefined {
    return this.#read(name, 'string', (value) => typeof value === 'string');
  }

  number(name: string): number | undefined {
    return this.#read(name, 'number', (value): value is number => typeof value === 'number');
  }

  integer(name: string): number | undefined {
    return this.#read(name, 'int64', (value): value is number => typeof value === 'number' && Number.isInteger(value));
  }

  flag(name: string): boolean | undefined {
    return this.#read(name, 'bool', (value) => typeof value === 'boolean');
  }

  texts(name: string): string[] | undefined {
    return this.#read(name, '[]string', (value): value is string[] =>
      isListOf(value, (item) => typeof item === 'string'),
    );
  }

  /** One text or a list of them: older clients send a command as text. */
  textOrTexts(name: string): string[] | undefined {
    const value = this.raw(name);
    return typeof value === 'string' ? [value] : this.texts(name);
  }

  object(name: string): JsonObject | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : JsonObject.from(value, this.#pathOf(name));
  }

  objects(name: string): JsonObject[] {
    const value = this.raw(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw wrongKind(this.#pathOf(name), value, '[]object');
    return value.map((item) => JsonObject.from(item, this.#pathOf(name)));
  }

  /** Keys and values of a map; its keys are data and keep their case. */
  entries(name: string): [string, unknown][] {
    const value = this.raw(name);
    if (value === undefined) return [];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw wrongKind(this.#pathOf(name), value, 'map');
    }
    return Object.entries(value);
  }

  /** A map of texts. */
  textMap(name: string): Record<string, string> {
    return Object.fromEntries(
      this.entries(name).map(([key, value]) => {
        if (typeof value !== 'string') throw wrongKind(`${this.#pathOf(name)}.${key}`, value, 'string');
        return [key, value];
      }),
    );
  }

  #read<T>(name: string, kind: string, fits: (value: unknown) => value is T): T | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (!fits(value)) throw wrongKind(this.#pathOf(name), value, kind);
    return value;
  }

  #pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }
}

function isListOf(value: unknown, fits: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(fits);
}

function wrongKind(path: string, value: unknown, kind: string) {
  const given = Array.isArray(value) ? 'array' : typeof value;
  const words = `invalid JSON: json: cannot unmarshal ${given} into Go struct field ${path} of type ${kind}`;
  return badRequest(words, 'field_kind');
}
