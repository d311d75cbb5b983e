import { randomBytes } from 'node:crypto';
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { deleteFlow, dumpFlows, parseUdpFlow } from './conntrack-message.ts';
import type { Kernel, LinkInfo, SubLinkConfig, VethConfig } from './kernel.ts';
import { unmount } from './mount-calls.ts';
import {
  addAddress,
  addDefaultRoute,
  addressBytes,
  bridgePort,
  deleteLink,
  dumpLinks,
  dumpRoutes,
  linkUp,
  newBridge,
  newSubLink,
  newVeth,
  setMaster,
  withoutLinkLocal,
} from './netlink-message.ts';
import { parseLink, parseRoute } from './netlink-reply.ts';
import { NetlinkSocket } from './netlink-socket.ts';
import { SyscallError } from './syscall-error.ts';
import type { Syscalls } from './syscalls.ts';
import { writeSysctl } from './write-sysctl.ts';

export type BridgeOptions = Parameters<Kernel['ensureBridge']>[0];

export type DefaultRoute = Parameters<Kernel['setDefaultRoute']>[0];

export type FlowFilter = Parameters<Kernel['forgetUdpFlows']>[0];

const CLONE_NEWNET = 0x40000000;
const NETLINK_NETFILTER = 12;
/** Of the calling thread: /proc/self would name the main thread's. */
const THREAD_NETNS = '/proc/thread-self/ns/net';

/** Links, addresses and network namespaces; must stay on one thread. */
export class NetworkCalls {
  readonly #sys: Syscalls;
  readonly #home: number;
  readonly #host: NetlinkSocket;

  constructor(sys: Syscalls) {
    this.#sys = sys;
    this.#home = openSync(THREAD_NETNS, 'r');
    this.#host = new NetlinkSocket(sys);
  }

  createNetns(path: string): void {
    closeSync(openSync(path, 'wx'));
    try {
      using socket = this.#inside(
        () => this.#sys.unshare(CLONE_NEWNET),
        () => {
          this.#sys.bindFile(THREAD_NETNS, path);
          return new NetlinkSocket(this.#sys);
        },
      );
      socket.change(linkUp(socket.requireLink('lo').index));
    } catch (cause) {
      this.dropNetns(path);
      throw cause;
    }
  }

  dropNetns(path: string): boolean {
    unmount(this.#sys, path, true);
    try {
      unlinkSync(path);
      return true;
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return false;
      throw cause;
    }
  }

  ensureBridge(opts: BridgeOptions): void {
    if (this.#host.link(opts.name) === undefined) {
      // An address of its own: otherwise the bridge takes the lowest of its ports and changes it as they come and go.
      this.#host.change(newBridge(opts.name, opts.mac ?? randomMac(), opts.mtu));
      if (opts.linkLocal !== true) this.#forgoLinkLocal(this.#host.requireLink(opts.name).index);
    }
    const { index, kind } = this.#host.requireLink(opts.name);
    if (kind !== 'bridge') {
      const text = `the link ${opts.name} exists and is no bridge`;
      throw new SyscallError({ syscall: 'netlink', errno: 'EEXIST', text });
    }
    const families = [opts.ipv4, opts.ipv6].filter((family) => family !== undefined);
    this.#host.change(linkUp(index), ...families.map(({ address, prefix }) => addAddress(index, address, prefix)));
  }

  connectVeth(config: VethConfig): void {
    const netnsFd = openSync(config.netns, 'r');
    try {
      const bridgeIndex = this.#host.requireLink(config.bridge).index;
      this.#host.change(newVeth({ ...config, bridgeIndex, netnsFd }));
      try {
        const { index } = this.#host.requireLink(config.hostIf);
        this.#forgoLinkLocal(index);
        this.#host.change(bridgePort(index, config.isolated === true), linkUp(index));
        this.#configurePeer(config, netnsFd);
      } catch (cause) {
        this.deleteLink(config.hostIf);
        throw cause;
      }
    } finally {
      closeSync(netnsFd);
    }
  }

  /**
   * Programs of the host that watch its addresses believe that it moved to another network whenever one comes or goes;
   * browsers then drop what they are loading. A port of a bridge needs no address.
   */
  #forgoLinkLocal(index: number): void {
    try {
      this.#host.change(withoutLinkLocal(index));
    } catch (cause) {
      // Without IPv6 there is nothing to forgo.
      if (!(cause instanceof SyscallError && cause.errno === 'EAFNOSUPPORT')) throw cause;
    }
  }

  #configurePeer(config: Pick<VethConfig, 'name' | 'ipv4' | 'ipv6' | 'further'>, netnsFd: number): void {
    using socket = this.#inside(
      () => this.#sys.setns(netnsFd, CLONE_NEWNET),
      () => new NetlinkSocket(this.#sys),
    );
    // Never a guessed index: tunnel links of the kernel may have been there first.
    const { index } = socket.requireLink(config.name);
    const families = [config.ipv4, config.ipv6].filter((family) => family !== undefined);
    socket.change(
      ...[...families, ...(config.further ?? [])].map(({ address, prefix }) => addAddress(index, address, prefix)),
      linkUp(index),
      ...families.flatMap(({ gateway }) => (gateway === undefined ? [] : [addDefaultRoute(index, gateway)])),
    );
  }

  connectSubLink(config: SubLinkConfig): void {
    const netnsFd = openSync(config.netns, 'r');
    try {
      const parentIndex = this.#host.requireLink(config.parent).index;
      this.#host.change(newSubLink({ ...config, parentIndex, netnsFd }));
      this.#configurePeer(config, netnsFd);
    } finally {
      closeSync(netnsFd);
    }
  }

  deleteLinkIn(netns: string, name: string): boolean {
    const netnsFd = openSync(netns, 'r');
    try {
      using socket = this.#inside(
        () => this.#sys.setns(netnsFd, CLONE_NEWNET),
        () => new NetlinkSocket(this.#sys),
      );
      const link = socket.link(name);
      if (link !== undefined) socket.change(deleteLink(link.index));
      return link !== undefined;
    } finally {
      closeSync(netnsFd);
    }
  }

  listLinksIn(netns: string): LinkInfo[] {
    const netnsFd = openSync(netns, 'r');
    try {
      using socket = this.#inside(
        () => this.#sys.setns(netnsFd, CLONE_NEWNET),
        () => new NetlinkSocket(this.#sys),
      );
      return socket.dump(dumpLinks()).map(parseLink);
    } finally {
      closeSync(netnsFd);
    }
  }

  setDefaultRoute({ netns, name, gateway }: DefaultRoute): void {
    const netnsFd = openSync(netns, 'r');
    try {
      using socket = this.#inside(
        () => this.#sys.setns(netnsFd, CLONE_NEWNET),
        () => new NetlinkSocket(this.#sys),
      );
      socket.change(addDefaultRoute(socket.requireLink(name).index, gateway, { replace: true }));
    } finally {
      closeSync(netnsFd);
    }
  }

  /** What /proc/sys/net shows is that of the thread that opens it. */
  writeSysctlIn(netns: string, name: string, value: string): void {
    if (!name.startsWith('net/')) {
      throw new SyscallError({ syscall: 'open', errno: 'EINVAL', text: `"${name}" is no sysctl of networks` });
    }
    const netnsFd = openSync(netns, 'r');
    try {
      this.#inside(
        () => this.#sys.setns(netnsFd, CLONE_NEWNET),
        () => writeSysctl(name, value),
      );
    } finally {
      closeSync(netnsFd);
    }
  }

  plugLink(hostIf: string, bridge: string, isolated: boolean): boolean {
    const link = this.#host.link(hostIf);
    if (link === undefined) return false;
    const { index } = this.#host.requireLink(bridge);
    this.#host.change(setMaster(link.index, index), bridgePort(link.index, isolated), linkUp(link.index));
    return true;
  }

  deleteLink(name: string): boolean {
    const link = this.#host.link(name);
    if (link === undefined) return false;
    try {
      this.#host.change(deleteLink(link.index));
      return true;
    } catch (cause) {
      // A dying namespace took it between the two messages.
      if (cause instanceof SyscallError && cause.errno === 'ENODEV') return false;
      throw cause;
    }
  }

  listLinks(): LinkInfo[] {
    return this.#host.dump(dumpLinks()).map(parseLink);
  }

  listRoutes(): string[] {
    const routes = this.#host.dump(dumpRoutes()).map(parseRoute);
    return [...new Set(routes.filter((route) => route !== undefined))];
  }

  forgetUdpFlows({ ports, answeredBy }: FlowFilter): number {
    using socket = new NetlinkSocket(this.#sys, NETLINK_NETFILTER);
    const addresses = answeredBy.map(addressBytes);
    const flows = socket
      .dump(dumpFlows())
      .map(parseUdpFlow)
      .filter((flow) => flow !== undefined)
      .filter(
        (flow) => ports.includes(flow.destinationPort) && addresses.some((address) => address.equals(flow.answeredBy)),
      );
    let forgotten = 0;
    for (const flow of flows) {
      try {
        socket.change(deleteFlow(flow));
        forgotten += 1;
      } catch (cause) {
        // It ran out between the two messages.
        if (!(cause instanceof SyscallError) || cause.errno !== 'ENOENT') throw cause;
      }
    }
    return forgotten;
  }

  /** Runs `work` with this thread in another namespace; there is no await in between, so nothing else runs there. */
  #inside<T>(enter: () => void, work: () => T): T {
    enter();
    try {
      return work();
    } finally {
      try {
        this.#sys.setns(this.#home, CLONE_NEWNET);
      } catch {
        // A thread left in a container's namespace would configure the wrong network from now on: better no process.
        process.abort();
      }
    }
  }
}

function randomMac(): string {
  const bytes = randomBytes(6);
  // Locally administered, not multicast.
  bytes[0] = 0x02;
  return bytes.toString('hex').replace(/..(?!$)/g, '$&:');
}
