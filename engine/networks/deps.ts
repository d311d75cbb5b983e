import type { Kernel } from '../kernel/index.ts';
import type { Clock, KeyedLock, Logger } from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import type { Firewall } from './firewall.ts';
import type { FirewallState, PublishedPort } from './firewall-table.ts';
import type { EndpointRecord, NetworkRecord, NetworkStore } from './network-service.ts';
import type { RestingAddresses } from './resting-addresses.ts';

/** What the operations of this module share. */
export interface NetworkDeps {
  kernel: Kernel;
  store: NetworkStore;
  paths: Pick<EnginePaths, 'netns' | 'netnsOf'>;
  instance: string;
  addressPools: readonly string[];
  log: Logger;
  clock: Clock;
  hostResolvConf: string;
  firewall: Firewall;
  resting: RestingAddresses;
  locks: KeyedLock;
}

/** A bridge network whose link and addresses are known. */
export type BridgeNetwork = NetworkRecord & { bridge: string; subnet: string; gateway: string };

export function isBridge(network: NetworkRecord): network is BridgeNetwork {
  return network.bridge !== undefined && network.subnet !== undefined && network.gateway !== undefined;
}

/**
 * All changes of addresses, ports and rules take turns: each lasts a few milliseconds, and what one reads another must
 * not change in between.
 */
export function lockNetworks(deps: Pick<NetworkDeps, 'locks'>, signal?: AbortSignal): Promise<Disposable> {
  return deps.locks.acquire('networks', signal);
}

export function hostLinkPrefix(instance: string): string {
  return `${instance}-`;
}

/** What the firewall must hold now according to the rows. */
export async function firewallState(store: NetworkStore): Promise<FirewallState> {
  const networks = (await store.list()).filter(isBridge).filter(({ state }) => state !== 'removing');
  const endpoints = (await store.listEndpoints()).filter(({ state }) => state !== 'removing');
  const rules = networks.map(({ bridge, subnet, internal }) => {
    return { bridge, subnets: [subnet], internal, masquerade: true, icc: true };
  });
  return { networks: rules, ports: publishedPorts(endpoints) };
}

export function publishedPorts(endpoints: readonly EndpointRecord[]): PublishedPort[] {
  return endpoints.flatMap(({ address, ports }) => ports.map((port) => ({ ...port, address })));
}
