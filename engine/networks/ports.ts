import { isIP } from 'node:net';
import { EngineError } from '../errors/index.ts';
import type { ContainerId } from '../lib/index.ts';
import type { Listener } from './host-listeners.ts';
import { canonicalAddress, type Family, isIpv6 } from './ip.ts';
import type { BoundPort, EndpointRecord, PortBinding } from './network-service.ts';

export const ANY_ADDRESS = '0.0.0.0';
export const ANY_IPV6_ADDRESS = '::';
const RANDOM_FIRST = 32_768;
const RANDOM_LAST = 60_999;

/** An address and port of the host. */
interface HostPort {
  protocol: 'tcp' | 'udp';
  hostAddress: string;
  hostPort: number;
}

type PortHolder = { kind: 'container'; containerId: ContainerId } | { kind: 'host' };

/** What is taken already. */
export interface PortUse {
  endpoints: readonly Pick<EndpointRecord, 'containerId' | 'ports'>[];
  listeners: readonly Listener[];
}

/** Who stands in the way of this port; containers are asked first. */
export function findHolder(wanted: HostPort, use: PortUse): PortHolder | undefined {
  const owner = use.endpoints.find(({ ports }) => ports.some((port) => collide(wanted, port)));
  if (owner !== undefined) return { kind: 'container', containerId: owner.containerId };
  const busy = use.listeners.some(
    ({ protocol, address, port }) =>
      protocol === wanted.protocol &&
      port === wanted.hostPort &&
      // A socket on all addresses is listed as 0.0.0.0, of whichever family it is.
      (address === ANY_ADDRESS ||
        address === wanted.hostAddress ||
        (isAny(wanted.hostAddress) && isIpv6(address) === isIpv6(wanted.hostAddress))),
  );
  return busy ? { kind: 'host' } : undefined;
}

/** Free ports next to one, the one itself first; upwards, then downwards to 1024. */
export function findFreePorts(wanted: HostPort, use: PortUse, count: number): number[] {
  const found: number[] = [];
  const look = (hostPort: number) => {
    if (findHolder({ ...wanted, hostPort }, use) === undefined) found.push(hostPort);
  };
  for (let port = wanted.hostPort; port <= 65_535 && found.length < count; port += 1) look(port);
  for (let port = wanted.hostPort - 1; port >= 1024 && found.length < count; port -= 1) look(port);
  return found;
}

function collide(one: HostPort, other: HostPort): boolean {
  if (one.protocol !== other.protocol || one.hostPort !== other.hostPort) return false;
  if (isIpv6(one.hostAddress) !== isIpv6(other.hostAddress)) return false;
  return one.hostAddress === other.hostAddress || isAny(one.hostAddress) || isAny(other.hostAddress);
}

export function isAny(address: string): boolean {
  return address === '' || address === ANY_ADDRESS || address === ANY_IPV6_ADDRESS;
}

export interface PortRequest {
  containerId: ContainerId;
  /** How the container is called in messages. */
  name: string;
  /** The IPv4 address the container will have; empty for none. */
  address: string;
  ipv6: string | undefined;
  /** Families whose ports are reached at the container's own address. */
  routed?: Readonly<Record<Family, boolean>> | undefined;
  bindings: readonly PortBinding[];
  use: PortUse;
  /** Addresses of this host's links. */
  hostAddresses: ReadonlySet<string>;
  /** Where the search for a free port begins. */
  firstRandom: number;
}

/**
 * Gives every binding its port on the host: the one it asks for, the first free one of its range, or any free one. A
 * binding to all addresses of a container with IPv6 has two ports of one number.
 *
 * @throws EngineError `in_use`, `invalid_argument`, `unsupported` (IPv6 without an address), `resource_exhausted`
 */
export function allocatePorts(request: PortRequest): BoundPort[] {
  const bound: BoundPort[] = [];
  const { containerId } = request;
  for (const asked of request.bindings) {
    const known = isIP(asked.hostAddress) !== 0;
    const binding = known ? { ...asked, hostAddress: canonicalAddress(asked.hostAddress) } : asked;
    checkBinding(binding, request);
    const own = routedPorts(binding, request).filter((port) => !bound.some((one) => isSamePort(one, port)));
    bound.push(...own);
    const use = { ...request.use, endpoints: [...request.use.endpoints, { containerId, ports: bound }] };
    bound.push(...bindOne(binding, use, request));
  }
  return bound;
}

function bindOne(binding: PortBinding, use: PortUse, request: PortRequest): BoundPort[] {
  const { protocol, containerPort } = binding;
  const everywhere = [...(request.address === '' ? [] : [ANY_ADDRESS]), ...(request.ipv6 ? [ANY_IPV6_ADDRESS] : [])];
  const wanted = binding.hostAddress === '' ? everywhere : [binding.hostAddress];
  const addresses = wanted.filter((address) => request.routed?.[familyOf(address)] !== true);
  if (addresses.length === 0) return [];
  const at = (hostPort: number) => addresses.map((hostAddress) => ({ protocol, containerPort, hostAddress, hostPort }));
  let refusal: EngineError | undefined;
  for (const hostPort of wantedPorts(binding, request.firstRandom)) {
    const ports = at(hostPort);
    const refused = ports.flatMap((port) => {
      const holder = findHolder(port, use);
      return holder === undefined ? [] : [portInUse(port, holder, request)];
    });
    if (refused.length === 0) return ports;
    refusal ??= refused[0];
  }
  // A range that is used up is told by its first port, a search without a range by its end.
  if (refusal !== undefined && binding.hostPort !== undefined) throw refusal;
  throw new EngineError('resource_exhausted', `No port of ${RANDOM_FIRST}-${RANDOM_LAST} is free`, {
    reason: 'no_port_free',
    protocol,
  });
}

/** Nothing of the host is taken for them, so what the binding says of the host has no meaning. */
function routedPorts({ protocol, containerPort, hostAddress }: PortBinding, request: PortRequest): BoundPort[] {
  const own = [request.address, request.ipv6 ?? ''].filter((address) => address !== '');
  return own
    .filter((address) => request.routed?.[familyOf(address)] === true)
    .filter((address) => hostAddress === '' || familyOf(hostAddress) === familyOf(address))
    .map((address) => ({ protocol, containerPort, hostAddress: address, hostPort: containerPort }));
}

function isSamePort(one: BoundPort, other: BoundPort): boolean {
  return one.protocol === other.protocol && one.hostAddress === other.hostAddress && one.hostPort === other.hostPort;
}

function familyOf(address: string): Family {
  return isIpv6(address) ? 6 : 4;
}

function* wantedPorts({ hostPort, hostPortEnd }: PortBinding, firstRandom: number): Generator<number> {
  if (hostPort !== undefined) {
    for (let port = hostPort; port <= (hostPortEnd ?? hostPort); port++) yield port;
    return;
  }
  const count = RANDOM_LAST - RANDOM_FIRST + 1;
  for (let step = 0; step < count; step++) yield RANDOM_FIRST + ((firstRandom - RANDOM_FIRST + step) % count);
}

/** A port of the range for random ones, from any whole number. */
export function randomRangePort(seed: number): number {
  return RANDOM_FIRST + (seed % (RANDOM_LAST - RANDOM_FIRST + 1));
}

function checkBinding(binding: PortBinding, { hostAddresses, address: ipv4, ipv6 }: PortRequest): void {
  const { hostPort, hostPortEnd } = binding;
  for (const port of [binding.containerPort, hostPort ?? 1, hostPortEnd ?? hostPort ?? 1]) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new EngineError('invalid_argument', `${port} is not a port`, { reason: 'invalid_port', port });
    }
  }
  if (hostPortEnd !== undefined && hostPortEnd < (hostPort ?? 1)) {
    throw new EngineError('invalid_argument', `${hostPort}-${hostPortEnd} is not a range of ports`, {
      reason: 'invalid_port',
      port: hostPortEnd,
    });
  }
  const address = binding.hostAddress;
  if (isIP(address) === 6 && ipv6 === undefined) {
    throw new EngineError(
      'unsupported',
      `Ports can be published on IPv6 addresses of networks with IPv6 only, not on "${address}"`,
      {
        reason: 'ipv6_port_binding',
        address,
      },
    );
  }
  if (isIP(address) === 4 && ipv4 === '') {
    const words = `Ports can be published on IPv4 addresses of networks with IPv4 only, not on "${address}"`;
    throw new EngineError('unsupported', words, { reason: 'ipv4_port_binding', address });
  }
  if (address === '::1') {
    // The kernel drops answers to ::1 that come from a link; for IPv6 there is no route_localnet.
    throw new EngineError('unsupported', 'Ports cannot be published on ::1, only on 127.0.0.1', {
      reason: 'ipv6_loopback_port',
      address,
    });
  }
  if (isAny(address)) return;
  if (isIP(address) === 0) {
    throw new EngineError('invalid_argument', `"${address}" is not an address of the host`, {
      reason: 'address_not_local',
      address,
    });
  }
  if (address.startsWith('127.') || hostAddresses.has(address)) return;
  throw new EngineError(
    'invalid_argument',
    `listen ${binding.protocol}${isIP(address)} ${address}:${binding.hostPort ?? 0}: bind: cannot assign requested address`,
    {
      reason: 'address_not_local',
      address,
    },
  );
}

/** Docker's sentences: its clients and test suites look for them. */
function portInUse(port: BoundPort, holder: PortHolder, { name, containerId, address }: PortRequest): EngineError {
  const { hostAddress, hostPort, protocol, containerPort } = port;
  const where = `driver failed programming external connectivity on endpoint ${name} (${containerId})`;
  const why =
    holder.kind === 'container'
      ? `Bind for ${hostAddress}:${hostPort} failed: port is already allocated`
      : `failed to bind host port for ${hostAddress}:${hostPort}:${address}:${containerPort}/${protocol}: address already in use`;
  return new EngineError('in_use', `${where}: ${why}`, {
    reason: 'port_in_use',
    address: hostAddress,
    port: hostPort,
    protocol,
    holder,
  });
}
