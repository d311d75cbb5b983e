import { hostname } from 'node:os';
import { shortId } from '../lib/index.ts';
import type { ContainerConfig, ContainerRecord } from './container-service.ts';
import { refused } from './refused.ts';

/** What of a container the options `tag`, `labels` and `env` of its log can tell. */
export type Logged = Pick<ContainerRecord, 'id' | 'name' | 'imageId'> & {
  config: Pick<ContainerConfig, 'image' | 'labels' | 'log'>;
  process: Pick<ContainerRecord['process'], 'args' | 'env'>;
};

type Options = Readonly<Record<string, string>>;

/** What Docker's templates of `tag` can name. The algorithm counts in the twelve letters of an image, as with Docker. */
const TAG_WORDS: Readonly<Record<string, (record: Logged) => string>> = {
  ID: ({ id }) => shortId(id),
  FullID: ({ id }) => id,
  Name: ({ name }) => name,
  FullName: ({ name }) => `/${name}`,
  ImageID: ({ imageId }) => imageId.slice(0, 12),
  ImageFullID: ({ imageId }) => imageId,
  ImageName: ({ config }) => config.image,
  Command: ({ process }) => process.args.join(' '),
  DaemonName: () => 'docker',
  Hostname: () => hostname(),
};

/** @throws EngineError `invalid_argument` for a template or pattern that would not be understood at start */
export function checkLogExtras(options: Options): void {
  for (const [text, word = '', end] of (options['tag'] ?? '').matchAll(/\{\{(.*?)(\}\}|$)/gs)) {
    const name = word.trim();
    if (end === '}}' && name.startsWith('.') && Object.hasOwn(TAG_WORDS, name.slice(1))) continue;
    const known = Object.keys(TAG_WORDS).map((one) => `{{.${one}}}`);
    throw refused('log_tag_invalid', 'log', `invalid log tag: ${text} is none of ${known.join(', ')}`);
  }
  for (const name of ['labels-regex', 'env-regex']) {
    try {
      new RegExp(options[name] ?? '');
    } catch (cause) {
      throw refused('log_pattern_invalid', 'log', `invalid ${name}: ${cause instanceof Error ? cause.message : cause}`);
    }
  }
}

export function logTag(record: Logged, template: string): string {
  return template.replace(/\{\{\s*\.(\w+)\s*\}\}/g, (_, word: string) => TAG_WORDS[word]?.(record) ?? '');
}

/** Labels and variables that the options name; of equal names the variable, which comes last. */
export function chosenPairs({ config, process }: Logged): (readonly [string, string])[] {
  const { options = {} } = config.log;
  const env = process.env.map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  });
  return [
    ...choose(Object.entries(config.labels), options['labels'], options['labels-regex']),
    ...choose(env, options['env'], options['env-regex']),
  ];
}

/**
 * What `docker logs --details` has in front of each line: `key=value,…` in the order of the keys, each part escaped as in a
 * query. Empty when the options ask for nothing, and for the driver `local`, which keeps none.
 */
export function logDetails(record: Logged): string {
  const { driver, options = {} } = record.config.log;
  if (driver === 'local') return '';
  const { tag = '' } = options;
  const pairs = new Map([...chosenPairs(record), ...(tag === '' ? [] : [['tag', logTag(record, tag)] as const])]);
  const parts = [...pairs].map(([key, value]) => `${queryEscape(key)}=${queryEscape(value)}`);
  return parts.sort().join(',');
}

/** As Go's `url.QueryEscape`. */
function queryEscape(text: string): string {
  const percent = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/[!'()*]/g, percent)
    .replaceAll('%20', '+');
}

function choose(
  pairs: readonly (readonly [string, string])[],
  names: string | undefined,
  pattern: string | undefined,
): (readonly [string, string])[] {
  const asked = new Set((names ?? '').split(',').filter(Boolean));
  const regex = pattern ? new RegExp(pattern) : undefined;
  return pairs.filter(([name]) => asked.has(name) || regex?.test(name) === true);
}
