import { EngineError } from '../errors/index.ts';
import { shortId } from '../lib/index.ts';
import type { VolumeUser } from './volume-service.ts';

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const MAX_NAME_LENGTH = 255;

/** @throws EngineError `invalid_argument` in Docker's words */
export function checkedName(name: string): string {
  if (NAME.test(name) && name.length <= MAX_NAME_LENGTH) return name;
  const words =
    Buffer.byteLength(name) === 1
      ? 'volume name is too short, names should be at least two alphanumeric characters'
      : `"${name.slice(0, 300)}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`;
  throw new EngineError('invalid_argument', `create ${name.slice(0, 300)}: ${words}`, {
    reason: 'volume_name_invalid',
    name,
  });
}

/** Of plugins there are none, so that every other name is unknown. @throws EngineError `not_found` */
export function checkDriver(name: string, driver: string | undefined): void {
  if (driver === undefined || driver === '' || driver === 'local') return;
  throw new EngineError(
    'not_found',
    `create ${name}: error looking up volume plugin ${driver}: plugin "${driver}" not found`,
    { reason: 'volume_driver_unknown', name, driver },
  );
}

export function noSuchVolume(name: string): EngineError {
  return new EngineError('not_found', `get ${name}: no such volume`, { reason: 'volume_not_found', name });
}

export function inUse(name: string, users: readonly VolumeUser[]): EngineError {
  return new EngineError('in_use', `remove ${name}: volume is in use - [${users.map(({ id }) => id).join(', ')}]`, {
    reason: 'volume_in_use',
    name,
    containers: users.map((user) => ({ id: user.id, name: user.name || shortId(user.id) })),
  });
}

/** @param what `backed up or cloned`, `filled` */
export function busy(operation: 'create' | 'remove', name: string, what: string): EngineError {
  const details = { reason: 'volume_busy', name };
  return new EngineError('in_use', `${operation} ${name}: volume is just being ${what}`, details);
}

export function nameTaken(name: string): EngineError {
  const details = { reason: 'volume_exists', name };
  return new EngineError('already_exists', `create ${name}: a volume of this name exists already`, details);
}

export function otherOptions(name: string): EngineError {
  return new EngineError('conflict', `create ${name}: conflict: a volume of this name exists with other options`, {
    reason: 'volume_options_differ',
    name,
  });
}
