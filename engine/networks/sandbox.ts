import { readFile } from 'node:fs/promises';
import { errnoOf } from '../errors/index.ts';
import type { ContainerId } from '../lib/index.ts';
import { addressesOf, hasNames, type NetworkDeps } from './deps.ts';
import { gatewayEndpoint } from './gateway-endpoint.ts';
import { hostsText } from './hosts-file.ts';
import { listenAddresses } from './name-zones.ts';
import type { ContainerIdentity, EndpointRecord, NetworkRecord, Sandbox } from './network-service.ts';
import { containerResolvConf, namedResolvConf, reachableServers } from './resolv-conf.ts';

const HOSTS = '/etc/hosts';
/** Where systemd-resolved keeps the servers behind its own at 127.0.0.53. */
const RESOLVED_CONF = '/run/systemd/resolve/resolv.conf';

/** The sandbox of a container with links of its own, as the rows describe it. */
export async function readSandbox(deps: NetworkDeps, container: ContainerIdentity): Promise<Sandbox> {
  const endpoints = await endpointsOf(deps, container.containerId);
  const networks = await deps.store.list();
  const servers = await nameServersFor(deps, endpoints, networks);
  return {
    netns: deps.paths.netnsOf(container.containerId),
    endpoints,
    hosts: hostsText(endpoints.flatMap(addressesOf).map((address) => ({ address, names: namesOf(container) }))),
    resolvConf:
      servers.length > 0
        ? namedResolvConf(await readOptional(deps.hostResolvConf), servers)
        : await outsideResolvConf(deps, endpoints),
    answersNames: servers.length > 0,
  };
}

/** Files of the host itself, for a container in its namespace. */
export async function hostSandbox(deps: NetworkDeps): Promise<Sandbox> {
  const [hosts, resolvConf] = await Promise.all([readOptional(HOSTS), readOptional(deps.hostResolvConf)]);
  const files = { hosts: hosts === '' ? hostsText([]) : hosts, resolvConf };
  return { netns: undefined, endpoints: [], ...files, answersNames: false };
}

/** In the order of their links. */
export async function endpointsOf(deps: NetworkDeps, containerId: ContainerId): Promise<EndpointRecord[]> {
  const own = (await deps.store.listEndpoints()).filter((endpoint) => endpoint.containerId === containerId);
  return own
    .filter(({ state }) => state !== 'removing')
    .sort((one, other) => one.ifName.localeCompare(other.ifName, 'en', { numeric: true }));
}

/** First the network that leads out; each of the servers knows the names of all networks the container is on. */
async function nameServersFor(
  deps: NetworkDeps,
  endpoints: readonly EndpointRecord[],
  networks: readonly NetworkRecord[],
): Promise<string[]> {
  const named = new Map(networks.filter(hasNames).map((network) => [network.id, network]));
  const first = gatewayEndpoint(endpoints, networks);
  const ordered = first === undefined ? endpoints : [first, ...endpoints.filter((endpoint) => endpoint !== first)];
  const servers = ordered.flatMap(({ networkId }) => {
    const network = named.get(networkId);
    return network === undefined ? [] : listenAddresses(network);
  });
  if (servers.length === 0 || !(await deps.names.isAvailable())) return [];
  return servers;
}

async function outsideResolvConf(deps: NetworkDeps, endpoints: readonly EndpointRecord[]): Promise<string> {
  const hostText = await readOptional(deps.hostResolvConf);
  if (endpoints.length === 0) return hostText;
  const has = { ipv4: endpoints.some(({ address }) => address !== ''), ipv6: endpoints.some(({ ipv6 }) => ipv6) };
  const servers = reachableServers(hostText, has);
  const behind = servers.length > 0 ? servers : reachableServers(await readOptional(RESOLVED_CONF), has);
  return containerResolvConf(hostText, behind);
}

async function readOptional(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    // A host may do without; the container then gets the defaults.
    if (errnoOf(cause) === 'ENOENT') return '';
    throw cause;
  }
}

function namesOf({ hostname, domainname }: ContainerIdentity): string[] {
  return domainname ? [`${hostname}.${domainname}`, hostname] : [hostname];
}
