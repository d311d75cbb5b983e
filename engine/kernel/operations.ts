import { flock, getxattr, listxattr, mknod, type OpenInRootOptions, openInRoot, setxattr } from './file-calls.ts';
import { giveBackMemory } from './give-back-memory.ts';
import type { DetachedProgram, DeviceMount, OverlayMount, SubLinkConfig, VethConfig } from './kernel.ts';
import { type BindOptions, bindMount, mountDevice, mountTmpfs, type TmpfsOptions, unmount } from './mount-calls.ts';
import { type BridgeOptions, type DefaultRoute, type FlowFilter, NetworkCalls } from './network-calls.ts';
import { NftCalls } from './nft-calls.ts';
import type { ChainPass, NftChainPlace, NftElementChange, NftTable } from './nft-table.ts';
import { mountOverlay } from './overlay-mount.ts';
import { peerCredentials } from './peer-credentials.ts';
import { removeSmallTree } from './remove-calls.ts';
import { startDetached } from './spawn-calls.ts';
import { spreadFolders } from './spread-folders.ts';
import type { Syscalls } from './syscalls.ts';
import { writeSysctl } from './write-sysctl.ts';

/** What the worker can be asked to do; arguments and results are plain data. */
export function createOperations(sys: Syscalls) {
  const network = new NetworkCalls(sys);
  const nft = new NftCalls(sys);
  return {
    mountOverlay: (mount: OverlayMount) => mountOverlay(sys, mount),
    bindMount: (source: string, target: string, opts: BindOptions) => bindMount(sys, source, target, opts),
    mountTmpfs: (target: string, opts: TmpfsOptions) => mountTmpfs(sys, target, opts),
    mountDevice: (mount: DeviceMount) => mountDevice(sys, mount),
    unmount: (target: string, lazy: boolean) => unmount(sys, target, lazy),
    openInRoot: (root: string, path: string, opts: OpenInRootOptions) => openInRoot(sys, root, path, opts),
    createNetns: (path: string) => network.createNetns(path),
    dropNetns: (path: string) => network.dropNetns(path),
    ensureBridge: (opts: BridgeOptions) => network.ensureBridge(opts),
    connectVeth: (config: VethConfig) => network.connectVeth(config),
    plugLink: (hostIf: string, bridge: string, isolated: boolean) => network.plugLink(hostIf, bridge, isolated),
    connectSubLink: (config: SubLinkConfig) => network.connectSubLink(config),
    deleteLinkIn: (netns: string, name: string) => network.deleteLinkIn(netns, name),
    setDefaultRoute: (route: DefaultRoute) => network.setDefaultRoute(route),
    deleteLink: (name: string) => network.deleteLink(name),
    listLinks: () => network.listLinks(),
    listLinksIn: (netns: string) => network.listLinksIn(netns),
    listRoutes: () => network.listRoutes(),
    writeTable: (table: NftTable) => nft.writeTable(table),
    tryTable: (table: NftTable) => nft.tryTable(table),
    deleteTable: (name: string) => nft.deleteTable(name),
    changeElements: (table: string, changes: readonly NftElementChange[]) => nft.changeElements(table, changes),
    compareTable: (table: NftTable) => nft.compareTable(table),
    listClosedChains: (pass: ChainPass) => nft.listClosedChains(pass),
    letThrough: (chain: NftChainPlace, pass: ChainPass) => nft.letThrough(chain, pass),
    forgetUdpFlows: (filter: FlowFilter) => network.forgetUdpFlows(filter),
    writeSysctl: (name: string, value: string) => writeSysctl(name, value),
    writeSysctlIn: (netns: string, name: string, value: string) => network.writeSysctlIn(netns, name, value),
    peerCredentials: (fd: number) => peerCredentials(sys, fd),
    flock: (path: string) => flock(sys, path),
    mknod: (path: string, mode: number, major: number, minor: number) => mknod(sys, path, mode, major, minor),
    setxattr: (path: string, name: string, value: Uint8Array) => setxattr(sys, path, name, value),
    getxattr: (path: string, name: string) => getxattr(sys, path, name),
    listxattr: (path: string) => listxattr(sys, path),
    startDetached: (program: DetachedProgram) => startDetached(sys, program),
    removeSmallTree: (path: string) => removeSmallTree(path),
    giveBackMemory: () => giveBackMemory(sys),
    spreadFolders: (path: string) => spreadFolders(sys, path),
  };
}

export type Operations = ReturnType<typeof createOperations>;
export type OperationName = keyof Operations;
