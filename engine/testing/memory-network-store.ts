import { EngineError } from '../errors/index.ts';
import { deepFrozen } from '../lib/index.ts';
import type { EndpointRecord, NetworkRecord, NetworkStore } from '../networks/index.ts';
import { Table } from './table.ts';

/** Rows of networks and endpoints in memory, or in two files when one is given. */
export function memoryNetworkStore(file?: string): NetworkStore {
  const networks = new Table<NetworkRecord>(file);
  const endpoints = new Table<EndpointRecord>(file === undefined ? undefined : `${file}-endpoints`);
  const keyOf = (containerId: string, networkId: string) => `${containerId} ${networkId}`;
  return {
    async insert(network) {
      const taken = networks.has(network.id) || networks.list().some(({ name }) => name === network.name);
      if (taken) throw exists(`Network ${network.name}`, 'name_taken');
      networks.set(network.id, network);
    },
    update: async (id, change) => networks.change(id, change),
    list: async () => networks.list(),
    delete: async (id) => void networks.delete(id),
    async insertEndpoint(endpoint) {
      const { containerId, networkId, address, ipv6 } = endpoint;
      const neighbours = endpoints.list().filter((row) => row.networkId === networkId);
      const taken = neighbours.some(
        (row) => (address !== '' && row.address === address) || (ipv6 !== undefined && row.ipv6 === ipv6),
      );
      if (taken || endpoints.has(keyOf(containerId, networkId))) throw exists(`Endpoint ${address}`, 'endpoint_taken');
      endpoints.set(keyOf(containerId, networkId), endpoint);
    },
    updateEndpoint: async (containerId, networkId, change) => endpoints.change(keyOf(containerId, networkId), change),
    deleteEndpoint: async (containerId, networkId) => void endpoints.delete(keyOf(containerId, networkId)),
    listEndpoints: async (containerId) =>
      endpoints
        .list()
        .filter((row) => containerId === undefined || row.containerId === containerId)
        .map(deepFrozen),
  };
}

function exists(what: string, reason: string): EngineError {
  return new EngineError('already_exists', `${what} already exists`, { reason });
}
