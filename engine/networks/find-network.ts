import { EngineError } from '../errors/index.ts';
import type { NetworkRecord, NetworkStore } from './network-service.ts';

/** By id, name or the beginning of an id that only one network has, in this order. @throws EngineError `not_found` */
export async function findNetwork(store: Pick<NetworkStore, 'list'>, nameOrId: string): Promise<NetworkRecord> {
  const networks = await store.list();
  const exact = networks.find(({ id }) => id === nameOrId) ?? networks.find(({ name }) => name === nameOrId);
  if (exact !== undefined) return exact;
  const [found, second] = nameOrId === '' ? [] : networks.filter(({ id }) => id.startsWith(nameOrId));
  if (found === undefined || second !== undefined) {
    throw new EngineError('not_found', `network ${nameOrId} not found`, {
      reason: 'network_not_found',
      network: nameOrId,
    });
  }
  return found;
}
