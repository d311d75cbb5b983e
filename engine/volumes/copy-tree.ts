import { type BigIntStats, constants } from 'node:fs';
import {
  chmod,
  copyFile,
  lchown,
  link,
  lstat,
  lutimes,
  mkdir,
  readdir,
  readlink,
  symlink,
  utimes,
} from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, isEngineError } from '../errors/index.ts';
import type { Kernel } from '../kernel/index.ts';

/** Attributes an image's files carry; `trusted.*` belongs to overlay itself and must not come along. */
const ATTRIBUTES = ['security.capability', 'system.posix_acl_access', 'system.posix_acl_default'];
const S_IFMT = 0o170000;

/**
 * Copies everything below `from` into the existing folder `to`: owner, mode, times, links, hard links, devices,
 * capabilities and ACLs. Links are copied, never followed; sockets are left out, as nobody listens on a copy.
 */
export async function copyTree(
  kernel: Pick<Kernel, 'mknod' | 'getxattr' | 'setxattr'>,
  from: string,
  to: string,
): Promise<void> {
  const copied = new Map<string, string>();

  const copyEntry = async (source: string, target: string): Promise<void> => {
    const info = await lstat(source, { bigint: true });
    if (info.isSocket()) return;
    const key = `${info.dev}:${info.ino}`;
    const twin = info.nlink > 1n && !info.isDirectory() ? copied.get(key) : undefined;
    if (twin !== undefined) {
      await link(twin, target);
      return;
    }
    copied.set(key, target);
    await makeEntry(kernel, source, target, info);
    if (info.isDirectory()) await copyChildren(source, target);
    await copyAttributes(kernel, source, target, info);
  };

  const copyChildren = async (source: string, target: string): Promise<void> => {
    for (const name of await readdir(source)) await copyEntry(join(source, name), join(target, name));
  };

  await copyChildren(from, to);
  await copyAttributes(kernel, from, to, await lstat(from, { bigint: true }));
}

async function makeEntry(
  kernel: Pick<Kernel, 'mknod'>,
  source: string,
  target: string,
  info: BigIntStats,
): Promise<void> {
  if (info.isDirectory()) await mkdir(target, { mode: 0o700 });
  else if (info.isSymbolicLink()) await symlink(await readlink(source, { encoding: 'buffer' }), target);
  else if (info.isFile()) await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  else await kernel.mknod(target, Number(info.mode), majorOf(info.rdev), minorOf(info.rdev));
}

/** After the content: a change of owner clears setuid and capabilities, and adding children changes a folder's time. */
async function copyAttributes(
  kernel: Pick<Kernel, 'getxattr' | 'setxattr'>,
  source: string,
  target: string,
  info: BigIntStats,
): Promise<void> {
  await lchown(target, Number(info.uid), Number(info.gid));
  const [accessed, modified] = [Number(info.atimeNs) / 1e9, Number(info.mtimeNs) / 1e9];
  if (info.isSymbolicLink()) {
    await lutimes(target, accessed, modified);
    return;
  }
  await chmod(target, Number(info.mode) & ~S_IFMT);
  if (info.isFile() || info.isDirectory()) {
    for (const name of ATTRIBUTES) {
      const value = await readAttribute(kernel, source, name);
      if (value !== undefined) await kernel.setxattr(target, name, value);
    }
  }
  await utimes(target, accessed, modified);
}

async function readAttribute(
  kernel: Pick<Kernel, 'getxattr'>,
  path: string,
  name: string,
): Promise<Uint8Array | undefined> {
  try {
    return await kernel.getxattr(path, name);
  } catch (error) {
    // A file system without ACLs has none to copy.
    const errno = isEngineError(error) ? error.details['errno'] : errnoOf(error);
    if (errno === 'EOPNOTSUPP' || errno === 'ENOTSUP' || (isEngineError(error, 'unsupported') && errno === undefined))
      return undefined;
    throw error;
  }
}

/** glibc's `major` and `minor`. */
function majorOf(device: bigint): number {
  return Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n));
}

function minorOf(device: bigint): number {
  return Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n));
}
