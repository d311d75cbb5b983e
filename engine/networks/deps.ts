import { type EventBus, originOf } from '../events/index.ts';
import type { Kernel } from '../kernel/index.ts';
import type { Clock, KeyedLock, Logger } from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import type { Firewall } from './firewall.ts';
import type { FirewallState, PublishedPort } from './firewall-table.ts';
import { isIpv6 } from './ip.ts';
import type { AddressPool } from './ipam.ts';
import type { NameServer } from './name-server.ts';
import { parseBridgeOptions } from './network-options.ts';
import type {
  EndpointRecord,
  NetworkCallOptions,
  NetworkRecord,
  NetworkStore,
  NetworkSubnet,
  NetworkUsers,
} from './network-service.ts';
import type { RestingAddresses } from './resting-addresses.ts';

/** What the operations of this module share. */
export interface NetworkDeps {
  kernel: Kernel;
  store: NetworkStore;
  paths: Pick<EnginePaths, 'netns' | 'netnsOf'>;
  instance: string;
  addressPools: readonly AddressPool[];
  log: Logger;
  clock: Clock;
  hostResolvConf: string;
  firewall: Firewall;
  names: NameServer;
  resting: RestingAddresses;
  locks: KeyedLock;
  events: EventBus | undefined;
  users: NetworkUsers | undefined;
}

/** A network whose link and addresses are known. */
export type BridgeNetwork = NetworkRecord & { bridge: string };

export function isBridge(network: NetworkRecord): network is BridgeNetwork {
  return network.bridge !== undefined && network.subnets.length > 0;
}

/** Whether containers have links of their own to it. */
export function hasLinks(network: NetworkRecord): boolean {
  return network.subnets.length > 0;
}

/** Whether its containers find each other by name: the default bridge has no names, as Docker's. */
export function hasNames(network: NetworkRecord): boolean {
  return isBridge(network) && !network.builtin;
}

export function ipv4Of(network: NetworkRecord): NetworkSubnet | undefined {
  return network.subnets.find(({ subnet }) => !isIpv6(subnet));
}

export function ipv6Of(network: NetworkRecord): NetworkSubnet | undefined {
  return network.subnets.find(({ subnet }) => isIpv6(subnet));
}

/** Addresses of an endpoint on its network, IPv4 first. */
export function addressesOf({ address, ipv6 }: Pick<EndpointRecord, 'address' | 'ipv6'>): string[] {
  return [address, ipv6 ?? ''].filter((one) => one !== '');
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
  const rules = networks.map(({ bridge, subnets, internal, options }) => {
    const { masquerade, icc, gatewayModes } = parseBridgeOptions(options);
    const blocks = subnets.map(({ subnet }) => ({ subnet, mode: gatewayModes[isIpv6(subnet) ? 6 : 4] }));
    return { bridge, subnets: blocks, internal, masquerade, icc };
  });
  return { networks: rules, ports: publishedPorts(endpoints) };
}

export function publishedPorts(endpoints: readonly EndpointRecord[]): PublishedPort[] {
  return endpoints.flatMap(({ address, ipv6, ports }) =>
    ports.flatMap((port) => {
      const target = isIpv6(port.hostAddress) ? ipv6 : address;
      return target === undefined || target === '' ? [] : [{ ...port, address: target }];
    }),
  );
}

/** Tells what was saved, with the attributes Docker gives events of networks. */
export function publishNetwork(
  deps: Pick<NetworkDeps, 'events' | 'clock'>,
  network: NetworkRecord,
  action: 'create' | 'connect' | 'disconnect' | 'destroy',
  about: { containerId?: string; opts?: NetworkCallOptions | undefined } = {},
): void {
  const container: Record<string, string> = about.containerId === undefined ? {} : { container: about.containerId };
  deps.events?.publish({
    type: 'network',
    action,
    id: network.id,
    name: network.name,
    attributes: { ...container, name: network.name, type: network.driver },
    ...originOf(about.opts?.actor),
    at: deps.clock(),
  });
}
