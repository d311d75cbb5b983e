import { isIPv4 } from 'node:net';
import { EngineError } from '../errors/index.ts';
import type { ContainerId } from '../lib/index.ts';
import type { Listener } from './host-listeners.ts';
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
interface PortUse {
  endpoints: readonly Pick<EndpointRecord, 'containerId' | 'ports'>[];
  listeners: readonly Listener[];
}

/** Who stands in the way of this port; containers are asked first. */
export function findHolder(wanted: HostPort, use: PortUse): PortHolder | undefined {
  const owner = use.endpoints.find(({ ports }) => ports.some((port) => collide(wanted, port)));
  if (owner !== undefined) return { kind: 'container', containerId: owner.containerId };
  const busy = use.listeners.some((listener) =>
    collide(wanted, { protocol: listener.protocol, hostAddress: listener.address, hostPort: listener.port }),
  );
  return busy ? { kind: 'host' } : undefined;
}

function collide(one: HostPort, other: HostPort): boolean {
  if (one.protocol !== other.protocol || one.hostPort !== other.hostPort) return false;
  return one.hostAddress === other.hostAddress || isAny(one.hostAddress) || isAny(other.hostAddress);
}

function isAny(address: string): boolean {
  return address === '' || address === ANY_ADDRESS;
}

export interface PortRequest {
  containerId: ContainerId;
  /** How the container is called in messages. */
  name: string;
  /** The address the container will have. */
  address: string;
  bindings: readonly PortBinding[];
  use: PortUse;
  /** Addresses of this host's links. */
  hostAddresses: ReadonlySet<string>;
  /** Where the search for a free port begins. */
  firstRandom: number;
}

/**
 * Gives every binding its port on the host: the one it asks for, or a free one.
 *
 * @throws EngineError `in_use`, `invalid_argument`, `unsupported` (IPv6), `resource_exhausted`
 */
export function allocatePorts(request: PortRequest): BoundPort[] {
  const bound: BoundPort[] = [];
  const { containerId } = request;
  for (const binding of request.bindings) {
    checkBinding(binding, request);
    const hostAddress = isAny(binding.hostAddress) ? ANY_ADDRESS : binding.hostAddress;
    const use = { ...request.use, endpoints: [...request.use.endpoints, { containerId, ports: bound }] };
    const hostPort = binding.hostPort ?? freePort(binding.protocol, hostAddress, use, request.firstRandom);
    const holder = findHolder({ protocol: binding.protocol, hostAddress, hostPort }, use);
    const port = { protocol: binding.protocol, containerPort: binding.containerPort, hostAddress, hostPort };
    if (holder !== undefined) throw portInUse(port, holder, request);
    bound.push(port);
  }
  return bound;
}

function freePort(protocol: 'tcp' | 'udp', hostAddress: string, use: PortUse, first: number): number {
  const count = RANDOM_LAST - RANDOM_FIRST + 1;
  for (let step = 0; step < count; step++) {
    const hostPort = RANDOM_FIRST + ((first - RANDOM_FIRST + step) % count);
    if (findHolder({ protocol, hostAddress, hostPort }, use) === undefined) return hostPort;
  }
  throw new EngineError('resource_exhausted', `No port of ${RANDOM_FIRST}–${RANDOM_LAST} is free`, {
    reason: 'no_port_free',
    protocol,
  });
}

/** A port of the range for random ones, from any whole number. */
export function randomRangePort(seed: number): number {
  return RANDOM_FIRST + (seed % (RANDOM_LAST - RANDOM_FIRST + 1));
}

function checkBinding(binding: PortBinding, { hostAddresses }: PortRequest): void {
  for (const port of [binding.containerPort, binding.hostPort ?? binding.containerPort]) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new EngineError('invalid_argument', `${port} is not a port`, { reason: 'invalid_port', port });
    }
  }
  const address = binding.hostAddress;
  if (isAny(address)) return;
  if (!isIPv4(address)) {
    throw new EngineError('unsupported', `Ports can be published on IPv4 addresses only, not on "${address}"`, {
      reason: 'ipv6_port_binding',
      address,
    });
  }
  if (address.startsWith('127.') || hostAddresses.has(address)) return;
  throw new EngineError(
    'invalid_argument',
    `listen ${binding.protocol}4 ${address}:${binding.hostPort ?? 0}: bind: cannot assign requested address`,
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
