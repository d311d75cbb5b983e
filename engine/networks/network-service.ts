import type { Caller } from '../events/index.ts';
import type { ContainerId, OpOptions } from '../lib/index.ts';
import type { Listener } from './host-listeners.ts';
import type { PortUse } from './ports.ts';

/** With `macvlan` and `ipvlan` containers appear in the network of a link of the host, without names and published ports. */
export type NetworkDriver = 'bridge' | 'macvlan' | 'ipvlan' | 'host' | 'none';

/** A block of addresses of one family. */
export interface NetworkSubnet {
  /** CIDR in its one form. */
  subnet: string;
  gateway: string | undefined;
  /** Part of the subnet that addresses are chosen from; undefined: all of it. */
  ipRange: string | undefined;
  /** Addresses spoken for by others than containers, by name. */
  auxAddresses: Record<string, string>;
  /** Taken from the pools, as nobody asked for one: then containers cannot ask for an address of it. */
  fromPool?: true | undefined;
}

export interface NetworkRecord {
  /** 64 hex digits. */
  id: string;
  name: string;
  driver: NetworkDriver;
  state: 'creating' | 'ready' | 'removing';
  /** Made by the engine, cannot be removed: bridge, host, none. */
  builtin: boolean;
  /** Name of the link on the host, `<instance>0` for the default bridge. */
  bridge: string | undefined;
  /** IPv4 first, then IPv6, as far as they are enabled; none for host and none. */
  subnets: NetworkSubnet[];
  enableIpv6: boolean;
  /** Without a way out. */
  internal: boolean;
  labels: Record<string, string>;
  /** As given; the known ones of Docker's bridge driver have an effect. */
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
  /** The first free one from `hostPort` to this. */
  hostPortEnd?: number | undefined;
  /** Published only when the container exposes the port as well, which is how the API of Docker means it. */
  whenExposed?: true | undefined;
}

/**
 * A port of the host; on a network whose gateway mode is `routed` the container's own address and port, which are reached
 * without the host's.
 */
export interface BoundPort extends Required<Omit<PortBinding, 'hostPortEnd' | 'whenExposed'>> {
  hostPort: number;
}

export interface EndpointRecord {
  containerId: ContainerId;
  networkId: string;
  /** Of the container when it was attached or renamed; other containers find it by this. */
  name: string;
  state: 'creating' | 'ready' | 'removing';
  /** IPv4; empty on a network without it. */
  address: string;
  ipv6: string | undefined;
  /** Empty with ipvlan: that of the host's link. */
  mac: string;
  /** Empty where the link has no end on the host. */
  hostIf: string;
  /** Name inside the container. */
  ifName: string;
  /** Of several networks with a way out the default route goes to the highest, then to the first. */
  priority: number;
  aliases: string[];
  /** Servers asked for names that are no container's; none: the host's. */
  dns: string[];
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
  /** All, or those of one container; by container, then network. They may be shared among all who ask, and are frozen then. */
  listEndpoints(containerId?: ContainerId): Promise<EndpointRecord[]>;
}

/** What a container asks of one network. */
export interface EndpointConfig {
  /** Name or id; `bridge` is the default one. */
  network: string;
  /** Further names on this network; not on the default bridge, which has none. */
  aliases?: readonly string[] | undefined;
  ipv4?: string | undefined;
  ipv6?: string | undefined;
  mac?: string | undefined;
  priority?: number | undefined;
  /** Of either family, on the link besides the others. */
  linkLocal?: readonly string[] | undefined;
  /** `CONTAINER[:ALIAS]` each: further names of others on this network, for this container alone; not on the default bridge. */
  links?: readonly string[] | undefined;
  /** Docker's options of the endpoint, as given: settings of the link and its name. */
  driverOpts?: Readonly<Record<string, string>> | undefined;
}

/** What a container asks for. */
export type NetworkMode =
  | { kind: 'none' }
  | { kind: 'host' }
  | { kind: 'container'; containerId: ContainerId }
  /** A namespace of its own with one link for each network. */
  | { kind: 'networks'; endpoints: readonly EndpointConfig[] };

/** The container as its networks see it. */
export interface ContainerIdentity {
  containerId: ContainerId;
  name: string;
  hostname: string;
  /** Told in /etc/hosts in front of the bare name. */
  domainname?: string | undefined;
  /** Servers asked for other names. */
  dns?: readonly string[] | undefined;
  ports: readonly PortBinding[];
}

export interface AttachRequest extends ContainerIdentity, OpOptions {
  mode: NetworkMode;
}

export interface SubnetRequest {
  subnet?: string | undefined;
  gateway?: string | undefined;
  ipRange?: string | undefined;
  auxAddresses?: Readonly<Record<string, string>> | undefined;
}

export interface CreateNetworkRequest {
  name: string;
  /** Default `bridge`. */
  driver?: string | undefined;
  subnets?: readonly SubnetRequest[] | undefined;
  /** Default true. */
  enableIpv4?: boolean | undefined;
  enableIpv6?: boolean | undefined;
  internal?: boolean | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
  options?: Readonly<Record<string, string>> | undefined;
}

/** Several values of one key are alternatives, but labels must all be there. */
export interface NetworkFilter {
  /** Part of the name. */
  name?: readonly string[] | undefined;
  /** Beginning of the id. */
  id?: readonly string[] | undefined;
  driver?: readonly string[] | undefined;
  /** `key` or `key=value`. */
  label?: readonly string[] | undefined;
  type?: 'builtin' | 'custom' | undefined;
  /** Without a container that runs on it. */
  dangling?: boolean | undefined;
}

export interface NetworkDetail extends NetworkRecord {
  endpoints: EndpointRecord[];
}

/** Who would miss a network, running or not. */
export interface NetworkUsers {
  containersOfNetwork(network: Pick<NetworkRecord, 'id' | 'name'>): Promise<{ id: ContainerId; name: string }[]>;
}

/** Who asks, for the event. */
export interface NetworkCallOptions extends OpOptions {
  actor?: Caller | undefined;
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
  /** The servers in it know the names of containers and ask the container's own servers for the rest. */
  answersNames: boolean;
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
  /**
   * A bridge of its own, apart from all others.
   * @throws EngineError `already_exists` (name), `denied` (a name of ours), `conflict` with reason `subnet_overlap` and details
   * `{ subnet, network, other }`, `invalid_argument`, `not_found` (driver), `resource_exhausted`
   */
  create(request: CreateNetworkRequest, opts?: NetworkCallOptions): Promise<NetworkDetail>;
  /** The record `create` would make now, subnets chosen; changes nothing and throws what `create` would. */
  plan(request: CreateNetworkRequest): Promise<NetworkRecord>;
  /** @throws EngineError `in_use` with reason `active_endpoints` and details `{ containers }`, `denied` (builtin), `not_found` */
  remove(nameOrId: string, opts?: NetworkCallOptions): Promise<void>;
  /** Removes networks that no container names, running or not. */
  prune(
    filter?: { label?: readonly string[]; notLabel?: readonly string[]; until?: Date },
    opts?: NetworkCallOptions,
  ): Promise<NetworkRecord[]>;
  attach(request: AttachRequest): Promise<Sandbox>;
  /** Removes namespace, endpoints, ports; idempotent. */
  detach(containerId: ContainerId): Promise<void>;
  /**
   * One more network for a container that runs. The default route and the ports move when the new network goes before.
   * @throws EngineError `conflict` (is there already), and what `attach` throws
   */
  connect(container: ContainerIdentity, endpoint: EndpointConfig, opts?: NetworkCallOptions): Promise<Sandbox>;
  /** @throws EngineError `not_found` with reason `not_connected` */
  disconnect(container: ContainerIdentity, network: string, opts?: NetworkCallOptions): Promise<Sandbox>;
  /**
   * Brings a running container to the networks its record asks for, after a connect or disconnect that was cut off, and
   * makes a link anew that somebody deleted; `done` says in words what that took.
   */
  settle(
    container: ContainerIdentity,
    endpoints: readonly EndpointConfig[],
  ): Promise<{ done: string[]; sandbox: Sandbox }>;
  /** Containers that `settle` would give a link back. */
  unlinked(): Promise<ContainerId[]>;
  /**
   * What of the wish can be judged before the container is made; a network that is not there is told when it starts.
   * @throws EngineError `invalid_argument` in Docker's words
   */
  checkSettings(endpoint: EndpointConfig): Promise<void>;
  /** Throws what connecting would throw now; changes nothing. */
  check(container: ContainerIdentity, endpoint: EndpointConfig): Promise<void>;
  /** From now on the container is found by its new name. */
  rename(containerId: ContainerId, name: string): Promise<void>;
  list(filter?: NetworkFilter): Promise<NetworkDetail[]>;
  /** Where one container is attached now, or is about to be. */
  attachmentsOf(containerId: ContainerId): Promise<{ network: NetworkRecord; endpoint: EndpointRecord }[]>;
  /** By name, id or the beginning of an id. */
  get(nameOrId: string): Promise<NetworkDetail>;
  /** Who would stand in the way of this port now: a container, a process of the host, or nobody. */
  portHolder(binding: {
    protocol: 'tcp' | 'udp';
    hostAddress: string;
    hostPort: number;
  }): Promise<{ kind: 'container'; containerId: ContainerId } | { kind: 'host' } | undefined>;
  /** All that is taken now: published ports of containers, and sockets of the host that listen. */
  portUse(): Promise<PortUse>;
  /** What listens in the network of a process. */
  listenersOf(pid: number): Promise<Listener[]>;
  /** Drops endpoints, namespaces, links and firewall entries whose container is not in `alive`; restores those of the living. */
  reconcile(alive: ReadonlySet<ContainerId>): Promise<string[]>;
  /** Differences between rows and kernel, in words; empty when all is well. */
  verify(alive: ReadonlySet<ContainerId>): Promise<string[]>;
}
