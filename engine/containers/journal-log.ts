import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { shortId } from '../lib/index.ts';
import type { TaskSpec } from '../runtime/runtime.ts';
import type { ContainerConfig, ContainerRecord } from './container-service.ts';
import { refused } from './refused.ts';

/** Where the journal of the host takes entries (systemd-journald.service(8)). */
const SOCKET = '/run/systemd/journal/socket';

export function hasJournal(socket: string = SOCKET): boolean {
  return existsSync(socket);
}

/** What of a container its entries tell. */
type Logged = Pick<ContainerRecord, 'id' | 'name' | 'imageId'> & {
  config: Pick<ContainerConfig, 'image' | 'labels' | 'log'>;
  process: Pick<ContainerRecord['process'], 'env'>;
};

/** What Docker's templates of `tag` can name. */
const TAG_WORDS: Readonly<Record<string, (record: Logged) => string>> = {
  ID: ({ id }) => shortId(id),
  FullID: ({ id }) => id,
  Name: ({ name }) => name,
  FullName: ({ name }) => `/${name}`,
  ImageID: ({ imageId }) => imageId.replace('sha256:', '').slice(0, 12),
  ImageFullID: ({ imageId }) => imageId,
  ImageName: ({ config }) => config.image,
  DaemonName: () => 'docker',
  Hostname: () => hostname(),
};

/** The options of the driver. @throws EngineError `invalid_argument` for one that would not be understood at start */
export function checkJournalOptions(options: Readonly<Record<string, string>>): void {
  for (const [, word = ''] of (options['tag'] ?? '').matchAll(/\{\{(.*?)\}\}/g)) {
    if (Object.hasOwn(TAG_WORDS, word.trim().slice(1)) && word.trim().startsWith('.')) continue;
    const known = Object.keys(TAG_WORDS).map((name) => `{{.${name}}}`);
    throw refused('log_tag_invalid', 'log', `invalid log tag: {{${word}}} is none of ${known.join(', ')}`);
  }
  for (const name of ['labels-regex', 'env-regex']) {
    try {
      new RegExp(options[name] ?? '');
    } catch (cause) {
      throw refused('log_pattern_invalid', 'log', `invalid ${name}: ${cause instanceof Error ? cause.message : cause}`);
    }
  }
}

/** What every entry of this container has besides its text, named as Docker's driver names it. */
export function journalLog(record: Logged): NonNullable<Exclude<TaskSpec['log'], 'none'>['journal']> {
  const { id, name, config } = record;
  const options = config.log.options ?? {};
  const tag = (options['tag'] || '{{.ID}}').replace(
    /\{\{\s*\.(\w+)\s*\}\}/g,
    (_, word: string) => TAG_WORDS[word]?.(record) ?? '',
  );
  const fields = {
    ...extraFields(record, options),
    CONTAINER_ID: shortId(id),
    CONTAINER_ID_FULL: id,
    CONTAINER_NAME: name,
    CONTAINER_TAG: tag,
    IMAGE_NAME: config.image,
    SYSLOG_IDENTIFIER: tag,
  };
  return { socket: SOCKET, fields };
}

/** Labels and variables that the options name, in the letters a field may have. */
function extraFields({ config, process }: Logged, options: Readonly<Record<string, string>>): Record<string, string> {
  const env = process.env.map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  });
  const chosen = [
    ...choose(Object.entries(config.labels), options['labels'], options['labels-regex']),
    ...choose(env, options['env'], options['env-regex']),
  ];
  return Object.fromEntries(chosen.map(([name, value]) => [fieldName(name), value]).filter(([name]) => name !== ''));
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

/** Capitals, digits and underscores, and no underscore first: the journal keeps such names for itself. */
function fieldName(name: string): string {
  return name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9_]/g, '_')
    .replace(/^[_0-9]+/, '');
}
