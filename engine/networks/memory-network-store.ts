import { EngineError } from '../errors/index.ts';
import type { EndpointRecord, NetworkRecord, NetworkStore } from './network-service.ts';

/** Keeps nothing beyond the process: for tests and for engines that are thrown away. */
export function createMemoryNetworkStore(): NetworkStore {
  const networks = new Map<string, NetworkRecord>();
  const endpoints = new Map<string, EndpointRecord>();
  const keyOf = (containerId: string, networkId: string): string => `${containerId} ${networkId}`;
  return {
    async insert(network) {
      const taken = networks.has(network.id) || [...networks.values()].some(({ name }) => name === network.name);
      if (taken) throw exists(`Network ${network.name}`, 'name_taken');
      networks.set(network.id, structuredClone(network));
    },
    async update(id, change) {
      const network = networks.get(id);
      if (network === undefined) throw missing(`Network ${id}`, 'network_not_found');
      networks.set(id, { ...network, ...structuredClone(change) });
    },
    list: async () => [...networks.values()].map((network) => structuredClone(network)),
    async delete(id) {
      networks.delete(id);
    },
    async insertEndpoint(endpoint) {
      const key = keyOf(endpoint.containerId, endpoint.networkId);
      const sameAddress = [...endpoints.values()].some(
        ({ networkId, address }) => networkId === endpoint.networkId && address === endpoint.address,
      );
      if (endpoints.has(key) || sameAddress) throw exists(`Endpoint ${endpoint.address}`, 'endpoint_taken');
      endpoints.set(key, structuredClone(endpoint));
    },
    async updateEndpoint(containerId, networkId, change) {
      const key = keyOf(containerId, networkId);
      const endpoint = endpoints.get(key);
      if (endpoint === undefined) throw missing(`Endpoint of ${containerId}`, 'endpoint_not_found');
      endpoints.set(key, { ...endpoint, ...structuredClone(change) });
    },
    async deleteEndpoint(containerId, networkId) {
      endpoints.delete(keyOf(containerId, networkId));
    },
    listEndpoints: async () => [...endpoints.values()].map((endpoint) => structuredClone(endpoint)),
  };
}

function exists(what: string, reason: string): EngineError {
  return new EngineError('already_exists', `${what} already exists`, { reason });
}

function missing(what: string, reason: string): EngineError {
  return new EngineError('not_found', `${what} not found`, { reason });
}
