import { existsSync } from 'node:fs';
import { shortId } from '../lib/index.ts';
import type { TaskSpec } from '../runtime/runtime.ts';
import { chosenPairs, type Logged, logTag } from './log-extras.ts';

/** Where the journal of the host takes entries (systemd-journald.service(8)). */
const SOCKET = '/run/systemd/journal/socket';

export function hasJournal(socket: string = SOCKET): boolean {
  return existsSync(socket);
}

/** What every entry of this container has besides its text, named as Docker's driver names it. */
export function journalLog(record: Logged): NonNullable<Exclude<TaskSpec['log'], 'none'>['journal']> {
  const { id, name, config } = record;
  const tag = logTag(record, config.log.options?.['tag'] || '{{.ID}}');
  const fields = {
    ...extraFields(record),
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
function extraFields(record: Logged): Record<string, string> {
  const fields = chosenPairs(record).map(([name, value]) => [fieldName(name), value]);
  return Object.fromEntries(fields.filter(([name]) => name !== ''));
}

/** Capitals, digits and underscores, and no underscore first: the journal keeps such names for itself. */
function fieldName(name: string): string {
  return name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9_]/g, '_')
    .replace(/^[_0-9]+/, '');
}
