import type { ContainerId, OpOptions } from '../lib/index.ts';

export interface NetworkRecord {
  /** 64 hex digits. */
  id: string;
  name: string;
  driver: 'bridge' | 'host' | 'none';
  state: 'creating' | 'ready' | 'removing';
  /** Made by the engine, cannot be removed: bridge, host, none. */
  builtin: boolean;
  /** Name of the link on the host, `<instance>0` for the default bridge. */
  bridge: string | undefined;
  subnet: string | undefined;
  gateway: string | undefined;
  internal: boolean;
  labels: Record<string, string>;
  options: Record<string, string>;
  createdAt: Date;
}

export interface PortBinding {
  protocol: 'tcp' | 'udp';
  containerPort: number;
  /** `0.0.0.0`, `127.0.0.1` or an address of the host; empty means all. */
  hostAddress: string;
  /** Undefined asks for a free one of 32768–60999. */
  hostPort?: number | undefined;
}

export type BoundPort = Required<PortBinding>;

export interface EndpointRecord {
  containerId: ContainerId;
  networkId: string;
  state: 'creating' | 'ready' | 'removing';
  address: string;
  mac: string;
  hostIf: string;
  /** Name inside the container. */
  ifName: string;
  aliases: string[];
  ports: BoundPort[];
}

export interface NetworkStore {
  insert(network: NetworkRecord): Promise<void>;
  update(id: string, change: Partial<Omit<NetworkRecord, 'id'>>): Promise<void>;
  list(): Promise<NetworkRecord[]>;
  delete(id: string): Promise<void>;
  /** Unique on (network, address) and (container, network). @throws EngineError `already_exists` */
  insertEndpoint(endpoint: EndpointRecord): Promise<void>;
  updateEndpoint(containerId: ContainerId, networkId: string, change: Partial<EndpointRecord>): Promise<void>;
  deleteEndpoint(containerId: ContainerId, networkId: string): Promise<void>;
  listEndpoints(): Promise<EndpointRecord[]>;
}

/** What a container asks for. */
export type NetworkMode =
  | { kind: 'none' }
  | { kind: 'host' }
  | { kind: 'container'; containerId: ContainerId }
  /** A bridge network by name or id; `bridge` is the default one. */
  | { kind: 'network'; name: string };

export interface AttachRequest extends OpOptions {
  containerId: ContainerId;
  mode: NetworkMode;
  hostname: string;
  ports: readonly PortBinding[];
  mac?: string | undefined;
  address?: string | undefined;
  aliases?: readonly string[];
}

/** What the runtime needs to start a process in it. */
export interface Sandbox {
  /** Path of the namespace; undefined with mode host. */
  netns: string | undefined;
  endpoints: EndpointRecord[];
  /** Text of /etc/hosts without the caller's extra hosts. */
  hosts: string;
  /** Text of /etc/resolv.conf. */
  resolvConf: string;
}

/**
 * Networks, addresses, published ports, firewall of one host. Modes `container` are resolved by the caller
 * (`attach` is not called for them).
 *
 * @throws EngineError `in_use` with reason `port_in_use` and details `{ address, port, protocol, holder }` ("driver failed programming
 * external connectivity on endpoint …: Bind for 0.0.0.0:8080 failed: port is already allocated"), `not_found`, `resource_exhausted`
 * (no address or port free), `unavailable` (no nftables, no permission).
 */
export interface NetworkService {
  /** Makes the default networks, the firewall table, forwarding; repairs what is missing. Called at boot and every 30 s. */
  ensure(): Promise<string[]>;
  attach(request: AttachRequest): Promise<Sandbox>;
  /** Removes namespace, endpoints, ports; idempotent. */
  detach(containerId: ContainerId): Promise<void>;
  list(): Promise<(NetworkRecord & { endpoints: EndpointRecord[] })[]>;
  get(nameOrId: string): Promise<NetworkRecord & { endpoints: EndpointRecord[] }>;
  /** Who would stand in the way of this port now: a container, a process of the host, or nobody. */
  portHolder(binding: {
    protocol: 'tcp' | 'udp';
    hostAddress: string;
    hostPort: number;
  }): Promise<{ kind: 'container'; containerId: ContainerId } | { kind: 'host' } | undefined>;
  /** Drops endpoints, namespaces, links and firewall entries whose container is not in `alive`; restores those of the living. */
  reconcile(alive: ReadonlySet<ContainerId>): Promise<string[]>;
  /** Differences between rows and kernel, in words; empty when all is well. */
  verify(alive: ReadonlySet<ContainerId>): Promise<string[]>;
}
