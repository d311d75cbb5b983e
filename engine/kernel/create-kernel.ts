import { close, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EngineError } from '../errors/index.ts';
import type { DeviceMount, Kernel } from './kernel.ts';
import { KernelClient } from './kernel-client.ts';
import { parseMountInfo } from './mountinfo.ts';
import { toEngineError, toFailure } from './syscall-error.ts';
import { muchIsUnwritten, UnmountThread } from './unmount-thread.ts';

/**
 * Starts the kernel worker and waits until it is ready. Dispose ends the thread; mounts, links and namespaces stay.
 *
 * @param mayUnmountWait asked before each unmount: one that may wait for a disk gets a thread of its own
 * @throws EngineError `unavailable` when the C library's functions cannot be bound
 */
export async function createKernel(mayUnmountWait = muchIsUnwritten): Promise<Kernel> {
  const client = await KernelClient.start();
  const unmounts = new UnmountThread();
  return {
    mountOverlay: (mount) => client.call('mountOverlay', `mount an overlay at ${mount.target}`, mount),
    bindMount: (source, target, opts = {}) =>
      client.call('bindMount', `bind ${source} at ${target}`, source, target, opts),
    mountDevice,
    mountTmpfs: (target, opts = {}) => client.call('mountTmpfs', `mount a tmpfs at ${target}`, target, opts),
    async unmount(target, opts = {}) {
      const lazy = opts.lazy ?? true;
      if (mayUnmountWait()) return await unmounts.unmount(target, lazy);
      return await client.call('unmount', `unmount ${target}`, target, lazy);
    },
    listMounts: () => reading('list the mounts', async () => parseMountInfo(readFileSync(MOUNTINFO, 'utf8'))),
    openInRoot: (root, path, opts = {}) => client.call('openInRoot', `open ${path} in ${root}`, root, path, opts),
    createNetns: (path) => client.call('createNetns', `create the network namespace ${path}`, path),
    dropNetns: (path) => client.call('dropNetns', `drop the network namespace ${path}`, path),
    ensureBridge: (opts) => client.call('ensureBridge', `set up the bridge ${opts.name}`, opts),
    connectVeth: (config) => client.call('connectVeth', `connect ${config.hostIf} to ${config.bridge}`, config),
    plugLink: (hostIf, bridge, opts = {}) =>
      client.call('plugLink', `plug ${hostIf} into ${bridge}`, hostIf, bridge, opts.isolated === true),
    connectSubLink: (config) =>
      client.call('connectSubLink', `connect ${config.name} to ${config.parent} by ${config.kind.driver}`, config),
    listLinksIn: (netns) => client.call('listLinksIn', `list the links in ${netns}`, netns),
    deleteLinkIn: (netns, name) => client.call('deleteLinkIn', `delete the link ${name} in ${netns}`, netns, name),
    setDefaultRoute: (route) => client.call('setDefaultRoute', `route through ${route.gateway}`, route),
    deleteLink: (name) => client.call('deleteLink', `delete the link ${name}`, name),
    listLinks: () => client.call('listLinks', 'list the links'),
    listRoutes: () => client.call('listRoutes', 'list the routes'),
    writeTable: (table) => client.call('writeTable', `write the firewall table ${table.name}`, table),
    tryTable: (table) => client.call('tryTable', `take the firewall table ${table.name}`, table),
    deleteTable: (name) => client.call('deleteTable', `delete the firewall table ${name}`, name),
    changeElements: (table, changes) =>
      client.call('changeElements', `change elements of the firewall table ${table}`, table, changes),
    compareTable: (table) => client.call('compareTable', `read the firewall table ${table.name}`, table),
    listClosedChains: (pass) => client.call('listClosedChains', 'list the firewall chains', pass),
    letThrough: (chain, pass) =>
      client.call('letThrough', `change the firewall chain ${chain.table} ${chain.chain}`, chain, pass),
    forgetUdpFlows: (filter) => client.call('forgetUdpFlows', 'forget UDP flows', filter),
    writeSysctl: (name, value) => client.call('writeSysctl', `set the sysctl ${name}`, name, value),
    writeSysctlIn: (netns, name, value) =>
      client.call('writeSysctlIn', `set the sysctl ${name} of a namespace`, netns, name, value),
    statfs: (path) => reading(`measure the file system of ${path}`, () => freeSpace(path)),
    peerCredentials: (fd) => client.call('peerCredentials', 'tell who is at the other end of a socket', fd),
    async flock(path) {
      const fd = await client.call('flock', `lock ${path}`, path);
      return disposableDescriptor(fd);
    },
    mknod: (path, mode, major, minor) => client.call('mknod', `make the node ${path}`, path, mode, major, minor),
    setxattr: (path, name, value) => client.call('setxattr', `set ${name} of ${path}`, path, name, value),
    listxattr: (path) => client.call('listxattr', `list the attributes of ${path}`, path),
    getxattr: (path, name) => client.call('getxattr', `read ${name} of ${path}`, path, name),
    startDetached: (program) => client.call('startDetached', `start ${program.file}`, program),
    giveBackMemory: () => client.call('giveBackMemory', 'take back memory'),
    removeSmallTree: (path) => client.call('removeSmallTree', `remove ${path}`, path),
    spreadFolders: (path) => client.call('spreadFolders', `mark ${path}`, path),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

const MOUNT_TIMEOUT_MS = 60_000;

async function mountDevice(mount: DeviceMount, opts: { timeoutMs?: number } = {}): Promise<void> {
  const client = await KernelClient.start();
  const timeoutMs = opts.timeoutMs ?? MOUNT_TIMEOUT_MS;
  const late = new AbortController();
  const expired = async (): Promise<never> => {
    await delay(timeoutMs, undefined, { signal: late.signal });
    const words = `Mounting ${mount.source} has not been answered for ${timeoutMs / 1000} seconds`;
    throw new EngineError('deadline_exceeded', words, { reason: 'mount_timeout', source: mount.source });
  };
  const call = client.call('mountDevice', `mount ${mount.source} at ${mount.target}`, mount);
  try {
    await Promise.race([call, expired()]);
  } finally {
    late.abort();
    // Not awaited: a thread inside a mount that hangs ends when the kernel gives up.
    void client[Symbol.asyncDispose]();
  }
}

const MOUNTINFO = '/proc/self/mountinfo';
const closeDescriptor = promisify(close);

async function freeSpace(path: string) {
  const { bsize, blocks, bavail, files, ffree } = await statfs(path);
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize, totalInodes: files, freeInodes: ffree };
}

function disposableDescriptor(fd: number): AsyncDisposable {
  let open = true;
  return {
    async [Symbol.asyncDispose]() {
      // A second close would hit whoever got the number since.
      if (!open) return;
      open = false;
      await closeDescriptor(fd);
    },
  };
}

async function reading<T>(words: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw toEngineError(words, toFailure(cause));
  }
}
