import { type Descriptor, type DiffId, type ImageConfig, parseDiffId, tryParseDigest } from '../oci/index.ts';
import { corruptImage, parseStrictJson } from './strict-json.ts';

/** Overlay takes 500 folders; two of them are the container's. */
export const MAX_LAYERS = 498;

type Shape = 'string' | 'number' | 'strings' | 'object' | 'stringMap';

const PROCESS_SHAPES: Record<string, Shape> = {
  User: 'string',
  ExposedPorts: 'object',
  Env: 'strings',
  Entrypoint: 'strings',
  Cmd: 'strings',
  Volumes: 'object',
  WorkingDir: 'string',
  Labels: 'stringMap',
  StopSignal: 'string',
  Shell: 'strings',
  OnBuild: 'strings',
  Healthcheck: 'object',
};
const HEALTH_SHAPES: Record<string, Shape> = {
  Test: 'strings',
  Interval: 'number',
  Timeout: 'number',
  StartPeriod: 'number',
  StartInterval: 'number',
  Retries: 'number',
};
const HISTORY_SHAPES: Record<string, Shape> = {
  created: 'string',
  created_by: 'string',
  author: 'string',
  comment: 'string',
};

/**
 * An image configuration from outside, with every member that is used later of the type it should have; null, which
 * Go programs write for "not set", is dropped.
 *
 * @throws EngineError `data_corrupt`
 */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const what = 'The image configuration';
  const raw = asObject(parseStrictJson(bytes, what), what);
  const rootfs = asObject(raw['rootfs'], `${what}: rootfs`);
  const diffIds = asArray(rootfs['diff_ids'] ?? [], `${what}: diff_ids`).map(toDiffId);
  if (diffIds.length > MAX_LAYERS) {
    throw corruptImage(`The image has ${diffIds.length} layers, more than ${MAX_LAYERS}`, 'too_many_layers');
  }
  const config = raw['config'] ?? undefined;
  const history = asArray(raw['history'] ?? [], `${what}: history`).map((entry) => {
    const item = asObject(entry, `${what}: history`);
    return {
      ...pick(item, HISTORY_SHAPES, `${what}: history`),
      ...(item['empty_layer'] === true && { empty_layer: true }),
    };
  });
  return {
    ...pick(raw, { created: 'string', author: 'string', variant: 'string' }, what),
    os: typeof raw['os'] === 'string' && raw['os'] !== '' ? raw['os'] : 'linux',
    architecture: asString(raw['architecture'], `${what}: architecture`),
    ...(config !== undefined && { config: parseProcessConfig(config) }),
    rootfs: { type: 'layers', diff_ids: diffIds },
    history,
  };
}

function parseProcessConfig(value: unknown): ImageConfig['config'] & object {
  const what = 'The image configuration: config';
  const picked: NonNullable<ImageConfig['config']> = pick(asObject(value, what), PROCESS_SHAPES, what);
  if (picked.Healthcheck === undefined) return picked;
  return { ...picked, Healthcheck: pick(asObject(picked.Healthcheck, what), HEALTH_SHAPES, what) };
}

/** @throws EngineError `data_corrupt` */
export function parseDescriptor(value: unknown, what: string): Descriptor {
  const raw = asObject(value, what);
  const digest = tryParseDigest(asString(raw['digest'], `${what}: digest`));
  const size = raw['size'];
  if (digest === undefined) throw corruptImage(`${what} has no valid digest`, 'digest_invalid');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw corruptImage(`${what} has no valid size`, 'size_invalid');
  }
  const descriptor: Descriptor = {
    mediaType: typeof raw['mediaType'] === 'string' ? raw['mediaType'] : '',
    digest,
    size,
  };
  if (raw['annotations'] !== undefined) {
    descriptor.annotations = asStringMap(raw['annotations'], `${what}: annotations`);
  }
  if (raw['platform'] !== undefined) {
    const platform = asObject(raw['platform'], `${what}: platform`);
    descriptor.platform = {
      os: asString(platform['os'], `${what}: os`),
      architecture: asString(platform['architecture'], `${what}: architecture`),
      ...pick(platform, { variant: 'string' }, what),
    };
  }
  return descriptor;
}

export function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw corruptImage(`${what} is not an object`, 'json_shape');
  }
  return value as Record<string, unknown>;
}

export function asArray(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw corruptImage(`${what} is not a list`, 'json_shape');
  return value;
}

export function asString(value: unknown, what: string): string {
  if (typeof value !== 'string') throw corruptImage(`${what} is not a text`, 'json_shape');
  return value;
}

function asStringMap(value: unknown, what: string): Record<string, string> {
  return Object.fromEntries(Object.entries(asObject(value, what)).map(([key, text]) => [key, asString(text, what)]));
}

function pick(raw: Record<string, unknown>, shapes: Record<string, Shape>, what: string): Record<string, never> {
  const picked: Record<string, unknown> = {};
  for (const [key, shape] of Object.entries(shapes)) {
    const value = raw[key];
    if (value !== undefined && value !== null) picked[key] = checked(value, shape, `${what}: ${key}`);
  }
  return picked as Record<string, never>;
}

function checked(value: unknown, shape: Shape, what: string): unknown {
  switch (shape) {
    case 'string':
      return asString(value, what);
    case 'number':
      if (typeof value !== 'number') throw corruptImage(`${what} is not a number`, 'json_shape');
      return value;
    case 'strings':
      return asArray(value, what).map((item) => asString(item, what));
    case 'object':
      return asObject(value, what);
    case 'stringMap':
      return asStringMap(value, what);
  }
}

function toDiffId(value: unknown): DiffId {
  const text = asString(value, 'A diffID');
  if (tryParseDigest(text) === undefined)
    throw corruptImage(`"${text.slice(0, 100)}" is not a diffID`, 'digest_invalid');
  return parseDiffId(text);
}
