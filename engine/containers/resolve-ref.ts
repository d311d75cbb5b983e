import { EngineError } from '../errors/index.ts';
import { type ContainerId, tryParseContainerId } from '../lib/index.ts';
import type { ContainerRecord, ContainerStore } from './container-service.ts';

/**
 * Finds by full id, name (with or without Docker's leading slash), then unique prefix of an id.
 * @throws EngineError `not_found`, `invalid_argument` for a prefix of several
 */
export async function resolveRef(store: ContainerStore, ref: string): Promise<ContainerRecord> {
  const record = await find(store, ref);
  // A row still being created is nobody's container yet.
  if (record === undefined || record.phase === 'creating') throw noSuchContainer(ref);
  return record;
}

async function find(store: ContainerStore, ref: string): Promise<ContainerRecord | undefined> {
  const id = tryParseContainerId(ref);
  const byId = id === undefined ? undefined : await store.get(id);
  if (byId !== undefined) return byId;
  const byName = await store.findByName(ref.replace(/^\//, ''));
  if (byName !== undefined) return byName;
  if (!/^[0-9a-f]{1,63}$/.test(ref)) return undefined;
  const [first, second] = await store.findByIdPrefix(ref);
  if (second !== undefined) {
    throw new EngineError('invalid_argument', `multiple IDs found with provided prefix: ${ref}`, {
      reason: 'ambiguous_id',
      ref,
    });
  }
  return first;
}

/** The record as it is now, to be read again under the lock. @throws EngineError `not_found` when it has gone meanwhile */
export async function getRecord(store: ContainerStore, id: ContainerId): Promise<ContainerRecord> {
  const record = await store.get(id);
  if (record === undefined) throw noSuchContainer(id);
  return record;
}

export function noSuchContainer(ref: string): EngineError {
  return new EngineError('not_found', `No such container: ${ref}`, { reason: 'container_not_found', ref });
}
