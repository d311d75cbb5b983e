import type { ContainerId } from '../lib/index.ts';
import type { EndpointRecord, NetworkDetail, NetworkFilter, NetworkRecord, NetworkStore } from './network-service.ts';

export async function listNetworks(store: NetworkStore, filter: NetworkFilter = {}): Promise<NetworkDetail[]> {
  const [networks, endpoints] = await Promise.all([store.list(), store.listEndpoints()]);
  return networks
    .map((network) => ({
      ...network,
      endpoints: endpoints.filter(({ networkId }) => networkId === network.id),
    }))
    .filter((network) => matchesFilter(network, filter));
}

/** In the order of the networks. */
export async function attachmentsOf(
  store: NetworkStore,
  containerId: ContainerId,
): Promise<{ network: NetworkRecord; endpoint: EndpointRecord }[]> {
  const endpoints = await store.listEndpoints(containerId);
  if (endpoints.length === 0) return [];
  return (await store.list()).flatMap((network) =>
    endpoints.filter(({ networkId }) => networkId === network.id).map((endpoint) => ({ network, endpoint })),
  );
}

/** As dockerd: parts of names, beginnings of ids. */
function matchesFilter(network: NetworkDetail, filter: NetworkFilter): boolean {
  const some = (wanted: readonly string[] | undefined, test: (value: string) => boolean) =>
    wanted === undefined || wanted.length === 0 || wanted.some(test);
  const { type, dangling, label = [] } = filter;
  return (
    some(filter.name, (name) => network.name.includes(name)) &&
    some(filter.id, (id) => network.id.startsWith(id)) &&
    some(filter.driver, (driver) => network.driver === driver) &&
    (type === undefined || network.builtin === (type === 'builtin')) &&
    (dangling === undefined || dangling === (!network.builtin && network.endpoints.length === 0)) &&
    matchesLabels(network, label)
  );
}

export function matchesLabels({ labels }: Pick<NetworkRecord, 'labels'>, wanted: readonly string[]): boolean {
  return wanted.every((label) => {
    const equals = label.indexOf('=');
    if (equals === -1) return Object.hasOwn(labels, label);
    return Object.hasOwn(labels, label.slice(0, equals)) && labels[label.slice(0, equals)] === label.slice(equals + 1);
  });
}
