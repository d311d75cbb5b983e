import type { ChainPass, ClosedChain, NftChainPlace, NftComparison, NftElementChange, NftTable } from './nft-table.ts';

/** One line of /proc/self/mountinfo. */
export interface MountInfo {
  target: string;
  fsType: string;
  source: string;
  options: string;
  /** Whether mounts made in it reach its peers, come from a master, or neither. */
  propagation: 'shared' | 'slave' | 'private';
}

/** What `mount -t type -o options source target` would do. */
export interface DeviceMount {
  source: string;
  target: string;
  type: string;
  options: string;
}

export interface OverlayMount {
  /** Absolute folders, topmost first; at most 500. */
  lower: readonly string[];
  /** Both absent: a read-only mount. */
  upper?: string;
  work?: string;
  target: string;
  /** No fsync; only for file systems that are thrown away after a crash. */
  volatile?: boolean;
}

export interface VethConfig {
  /** Path of the bound network namespace. */
  netns: string;
  bridge: string;
  /** Name of the host's end, at most 15 bytes. */
  hostIf: string;
  /** Name inside the namespace, such as eth0. */
  name: string;
  mac: string;
  ipv4?: { address: string; prefix: number; gateway?: string };
  ipv6?: { address: string; prefix: number; gateway?: string };
  /** More addresses of the link. */
  further?: readonly { address: string; prefix: number }[];
  /** Of both ends; default the kernel's. */
  mtu?: number;
  /** The port speaks to the bridge itself only, not to other isolated ports. */
  isolated?: boolean;
}

/** A link that shares a link of the host: containers appear in the host's own network. */
export interface SubLinkConfig {
  /** Path of the bound network namespace. */
  netns: string;
  /** Link of the host. */
  parent: string;
  /** Names of modes as in `ip link`. */
  kind:
    | { driver: 'macvlan'; mode: 'bridge' | 'private' | 'vepa' | 'passthru' }
    | { driver: 'ipvlan'; mode: 'l2' | 'l3' | 'l3s' };
  /** Name inside the namespace. */
  name: string;
  /** Not for ipvlan, which has the parent's. */
  mac?: string;
  ipv4?: VethConfig['ipv4'];
  ipv6?: VethConfig['ipv6'];
  further?: VethConfig['further'];
  mtu?: number;
}

export interface LinkInfo {
  index: number;
  name: string;
  kind: string | undefined;
  up: boolean;
  /** Index of the bridge it is a port of. */
  masterIndex: number | undefined;
}

/** A program that forks at once, so that it outlives who started it and needs nobody to collect it. */
export interface DetachedProgram {
  file: string;
  args: readonly string[];
  /** All of its environment, `KEY=value`. */
  env: readonly string[];
  /** How many stream sockets it gets, as its descriptors 3, 4, … */
  sockets: number;
}

/** `struct ucred`. */
export interface PeerCredentials {
  pid: number;
  uid: number;
  gid: number;
}

/**
 * Typed system calls, all made by one worker thread so that the event loop never blocks and a `setns` disturbs nobody.
 * Every method rejects with `EngineError('internal')` (or the fitting code) whose details carry `{ syscall, errno }` and
 * the kernel's own text where it gives one.
 */
export interface Kernel extends AsyncDisposable {
  mountOverlay(mount: OverlayMount): Promise<void>;
  bindMount(
    source: string,
    target: string,
    opts?: {
      readOnly?: boolean;
      recursive?: boolean;
      propagation?: 'private' | 'rprivate' | 'shared' | 'rshared' | 'slave' | 'rslave';
    },
  ): Promise<void>;
  /**
   * Any file system of the kernel, also remote ones: made by a thread of its own, as a server that does not answer would
   * hold up every other call.
   * @throws EngineError with the kernel's refusal, `deadline_exceeded` when it has not answered in time
   */
  mountDevice(mount: DeviceMount, opts?: { timeoutMs?: number }): Promise<void>;
  mountTmpfs(target: string, opts?: { sizeBytes?: number; mode?: number }): Promise<void>;
  /** False when nothing was mounted there. Lazy by default. */
  unmount(target: string, opts?: { lazy?: boolean }): Promise<boolean>;
  listMounts(): Promise<MountInfo[]>;

  /**
   * openat2 with RESOLVE_IN_ROOT: links are followed, but never out of `root`. The caller closes the descriptor.
   * @throws EngineError `not_found`, `invalid_argument` (a link loop, not a folder on the way), `denied`
   */
  openInRoot(root: string, path: string, opts?: { flags?: number; mode?: number; noFollow?: boolean }): Promise<number>;

  createNetns(path: string): Promise<void>;
  /** Unmounts and unlinks; the devices inside die with it. False when there was none. */
  dropNetns(path: string): Promise<boolean>;
  ensureBridge(opts: {
    name: string;
    mtu?: number;
    /** Of a bridge that is made; default a random one. */
    mac?: string;
    ipv4?: { address: string; prefix: number };
    ipv6?: { address: string; prefix: number };
    /** Of a bridge that is made: with an address of its own link, which a network with IPv6 needs. Default false. */
    linkLocal?: boolean;
  }): Promise<void>;
  /** Creates a veth whose peer is born inside the namespace, hairpin on, address, default route, links up. */
  connectVeth(config: VethConfig): Promise<void>;
  /** @throws EngineError `unsupported` when the kernel lacks the kind, `not_found` (parent) */
  connectSubLink(config: SubLinkConfig): Promise<void>;
  /** Deletes a link inside a namespace. False when there was none. */
  deleteLinkIn(netns: string, name: string): Promise<boolean>;
  /** Makes the host's end a port of the bridge again, and up, after either was taken from it. False: no such link. */
  plugLink(hostIf: string, bridge: string, opts?: { isolated?: boolean }): Promise<boolean>;
  /** Inside a namespace: what has no route of its own leaves by this link; the default route of before goes. */
  setDefaultRoute(route: { netns: string; name: string; gateway: string }): Promise<void>;
  /** False when there was none. */
  deleteLink(name: string): Promise<boolean>;
  listLinks(): Promise<LinkInfo[]>;
  /** Of a bound network namespace. */
  listLinksIn(netns: string): Promise<LinkInfo[]>;
  /** IPv4 destinations the host routes already, as CIDR, without the default route; for choosing free subnets. */
  listRoutes(): Promise<string[]>;
  /**
   * Replaces the firewall table of family inet and all that is in it, in one transaction. Messages of refusals say what
   * was refused (`rule 2 of chain prerouting: ENOENT`).
   *
   * @throws EngineError `denied`, `unavailable` (a kernel without nf_tables), also by the five below
   */
  writeTable(table: NftTable): Promise<void>;
  /** Rejects as `writeTable` would, and changes nothing: a kernel may lack the modules of some rules. */
  tryTable(table: NftTable): Promise<void>;
  /** False when there was none. */
  deleteTable(name: string): Promise<boolean>;
  /**
   * All changes or none.
   *
   * @throws EngineError `already_exists` (the element is there), `not_found` (element, set or table)
   */
  changeElements(table: string, changes: readonly NftElementChange[]): Promise<void>;
  compareTable(table: NftTable): Promise<NftComparison>;
  /** Chains of all tables at the pass's hook that drop what nobody accepted. */
  listClosedChains(pass: ChainPass): Promise<ClosedChain[]>;
  /**
   * Adds the rules of a pass to a chain of somebody else, behind all that decide and before a last one that drops the rest;
   * those of before with the same comment go. All or nothing.
   */
  letThrough(chain: NftChainPlace, pass: ChainPass): Promise<void>;
  /**
   * Makes the kernel forget UDP flows to these ports whose answers come from one of these addresses, so that the next
   * datagram of a client that never pauses meets the rules of now. How many there were.
   */
  forgetUdpFlows(filter: { ports: readonly number[]; answeredBy: readonly string[] }): Promise<number>;
  /** Writes one sysctl of the host's network namespace, e.g. `net/ipv4/ip_forward`. */
  writeSysctl(name: string, value: string): Promise<void>;
  /** Writes one sysctl `net/…` of a bound network namespace. */
  writeSysctlIn(netns: string, name: string, value: string): Promise<void>;

  /**
   * Who connected to this end of a unix socket, as the kernel noted it at that moment (SO_PEERCRED, unix(7)). The number may
   * belong to another socket by the time of the answer: the caller looks whether its own is still open.
   */
  peerCredentials(fd: number): Promise<PeerCredentials>;

  /** Bytes and inodes free on the file system of `path`. */
  statfs(path: string): Promise<{ totalBytes: number; freeBytes: number; totalInodes: number; freeInodes: number }>;
  /**
   * Exclusive lock on a file, made when missing; held until disposed or the process ends. Never waits.
   * @throws EngineError `in_use` when somebody else holds it
   */
  flock(path: string): Promise<AsyncDisposable>;
  mknod(path: string, mode: number, major: number, minor: number): Promise<void>;
  /** Of the path itself, links are not followed. */
  setxattr(path: string, name: string, value: Uint8Array): Promise<void>;
  /** Undefined when the attribute is not there. */
  getxattr(path: string, name: string): Promise<Uint8Array | undefined>;
  /** Names of the attributes of a file itself, not of what a link leads to. */
  listxattr(path: string): Promise<string[]>;

  /** Our ends of the program's sockets, for the caller to close. Takes as long for a large server as for a small one. */
  startDetached(program: DetachedProgram): Promise<number[]>;
  /**
   * Removes a folder and the little that is in it. False when there is too much, something in the way or something mounted:
   * to be done by other means. Nothing there is fine.
   */
  removeSmallTree(path: string): Promise<boolean>;
  /** Garbage of the kernel thread, and what the allocator of all threads holds without use, go back to the kernel. */
  giveBackMemory(): Promise<void>;
  /**
   * Tells ext4 that the folders in this one have nothing to do with each other, so that each gets a part of the disk of its
   * own. False where the file system knows no such mark.
   */
  spreadFolders(path: string): Promise<boolean>;
}
