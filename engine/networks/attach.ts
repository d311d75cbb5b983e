import { randomBytes, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { EngineError, errnoOf } from '../errors/index.ts';
import { CleanupStack } from '../lib/index.ts';
import {
  type BridgeNetwork,
  firewallState,
  hostLinkPrefix,
  isBridge,
  lockNetworks,
  type NetworkDeps,
  publishedPorts,
} from './deps.ts';
import { detachLocked } from './detach.ts';
import { findNetwork } from './find-network.ts';
import { readHostListeners } from './host-listeners.ts';
import { hostsText } from './hosts-file.ts';
import { allocateAddress } from './ipam.ts';
import { parseCidr } from './ipv4.ts';
import { macForAddress, parseMac } from './mac.ts';
import type { AttachRequest, EndpointRecord, NetworkRecord, Sandbox } from './network-service.ts';
import { allocatePorts, randomRangePort } from './ports.ts';
import { containerResolvConf, reachableServers } from './resolv-conf.ts';
import { forgetUdpFlows } from './udp-flows.ts';

const HOSTS = '/etc/hosts';
/** Where systemd-resolved keeps the servers behind its own at 127.0.0.53. */
const RESOLVED_CONF = '/run/systemd/resolve/resolv.conf';
const CONTAINER_IF = 'eth0';

/** Gives a container its namespace, link, address and ports; what was left of an earlier attachment goes first. */
export async function attachContainer(deps: NetworkDeps, request: AttachRequest): Promise<Sandbox> {
  using _lock = await lockNetworks(deps, request.signal);
  const network = await networkOf(deps, request);
  await detachLocked(deps, request.containerId);
  if (network.driver === 'host') return await hostSandbox(deps);
  if (network.driver === 'none') return await lonelySandbox(deps, request);
  if (!isBridge(network) || network.state !== 'ready') {
    throw new EngineError('unavailable', `Network ${network.name} is not ready`, {
      reason: 'network_not_ready',
      network: network.name,
    });
  }
  return await bridgeSandbox(deps, network, request);
}

function networkOf(deps: NetworkDeps, { mode }: AttachRequest): Promise<NetworkRecord> {
  switch (mode.kind) {
    case 'none':
    case 'host':
      return findNetwork(deps.store, mode.kind);
    case 'network':
      return findNetwork(deps.store, mode.name);
    case 'container':
      throw new EngineError('invalid_argument', 'A container that shares a namespace is not attached itself', {
        reason: 'shared_namespace',
      });
  }
}

async function hostSandbox(deps: NetworkDeps): Promise<Sandbox> {
  const [hosts, resolvConf] = await Promise.all([readOptional(HOSTS), readOptional(deps.hostResolvConf)]);
  return { netns: undefined, endpoints: [], hosts: hosts === '' ? hostsText([]) : hosts, resolvConf };
}

async function lonelySandbox(deps: NetworkDeps, { containerId }: AttachRequest): Promise<Sandbox> {
  const netns = deps.paths.netnsOf(containerId);
  await deps.kernel.createNetns(netns);
  return { netns, endpoints: [], hosts: hostsText([]), resolvConf: await readOptional(deps.hostResolvConf) };
}

async function bridgeSandbox(deps: NetworkDeps, network: BridgeNetwork, request: AttachRequest): Promise<Sandbox> {
  const { containerId } = request;
  await using undo = new CleanupStack({ log: deps.log });
  const endpoint = await planEndpoint(deps, network, request);
  const resolvConf = await bridgeResolvConf(deps);

  await deps.store.insertEndpoint(endpoint);
  undo.defer('delete endpoint', async () => {
    await deps.store.deleteEndpoint(containerId, network.id);
    deps.resting.add(network.id, endpoint.address);
  });
  const netns = deps.paths.netnsOf(containerId);
  await deps.kernel.createNetns(netns);
  undo.defer('drop network namespace', () => deps.kernel.dropNetns(netns));
  await deps.kernel.connectVeth({
    netns,
    bridge: network.bridge,
    hostIf: endpoint.hostIf,
    name: endpoint.ifName,
    mac: endpoint.mac,
    ipv4: {
      address: endpoint.address,
      prefix: parseCidr(network.subnet).prefix,
      ...(network.internal ? {} : { gateway: network.gateway }),
    },
  });
  const ports = publishedPorts([endpoint]);
  undo.defer('close ports', async () => {
    await deps.store.updateEndpoint(containerId, network.id, { state: 'removing' });
    await deps.firewall.removePorts(ports, await firewallState(deps.store));
  });
  await deps.firewall.addPorts(ports, await firewallState(deps.store));
  if (ports.some(({ protocol }) => protocol === 'udp')) {
    await forgetUdpFlows(deps, ports, [...(await hostAddresses(deps))]);
  }

  if (request.signal?.aborted === true) {
    throw new EngineError('cancelled', 'Cancelled while attaching the network', {}, { cause: request.signal.reason });
  }
  await deps.store.updateEndpoint(containerId, network.id, { state: 'ready' });
  undo.commit();
  return {
    netns,
    endpoints: [{ ...endpoint, state: 'ready' }],
    hosts: hostsText([{ address: endpoint.address, names: [request.hostname] }]),
    resolvConf,
  };
}

async function planEndpoint(
  deps: NetworkDeps,
  network: BridgeNetwork,
  request: AttachRequest,
): Promise<EndpointRecord> {
  const endpoints = await deps.store.listEndpoints();
  const neighbours = endpoints.filter(({ networkId }) => networkId === network.id);
  const address = allocateAddress({
    subnet: network.subnet,
    gateway: network.gateway,
    used: new Set(neighbours.map((neighbour) => neighbour.address)),
    resting: deps.resting.of(network.id),
    wanted: request.address,
  });
  const ports = allocatePorts({
    containerId: request.containerId,
    name: request.hostname,
    address,
    bindings: request.ports,
    use: { endpoints, listeners: request.ports.length === 0 ? [] : await readHostListeners() },
    hostAddresses: await hostAddresses(deps),
    firstRandom: randomRangePort(randomInt(2 ** 24)),
  });
  return {
    containerId: request.containerId,
    networkId: network.id,
    state: 'creating',
    address,
    mac: request.mac === undefined ? macForAddress(address) : parseMac(request.mac),
    // Not derived from the container: the link of its last run may still be on its way out.
    hostIf: hostLinkPrefix(deps.instance) + randomBytes(3).toString('hex'),
    ifName: CONTAINER_IF,
    aliases: [...(request.aliases ?? [])],
    ports,
  };
}

async function hostAddresses(deps: NetworkDeps): Promise<Set<string>> {
  const running = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  // A bridge nobody is plugged into does not count as running, but its address is the host's all the same.
  const gateways = (await deps.store.list()).filter(isBridge).map(({ gateway }) => gateway);
  return new Set([...running, ...gateways]);
}

async function bridgeResolvConf(deps: NetworkDeps): Promise<string> {
  const hostText = await readOptional(deps.hostResolvConf);
  const servers = reachableServers(hostText);
  return containerResolvConf(
    hostText,
    servers.length > 0 ? servers : reachableServers(await readOptional(RESOLVED_CONF)),
  );
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
