import { randomBytes } from 'node:crypto';
import { mkdir, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../errors/index.ts';
import { removeTree, syncFileSystem } from './remove-tree.ts';

/** User databases of an image that are covered because the runtime would hang on them. */
export interface Covered {
  passwd: boolean;
  group: boolean;
}

/** Counted up whenever the content below changes: containers that run keep the old folder. */
const VERSION = 1;
const FOLDERS = ['dev', 'dev/pts', 'dev/shm', 'proc', 'sys', 'etc'];
const EMPTY_FILES = ['etc/hosts', 'etc/hostname', 'etc/resolv.conf', '.dockerenv'];
const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n';
const GROUP = 'root:x:0:\nnogroup:x:65534:\n';

export function isInitFolder(name: string): boolean {
  return name.startsWith('init-');
}

/**
 * The layer between image and container: real folders and files at every place the runtime mounts on.
 * Overlay shows the topmost type and merges folders only with folders, so a link or a FIFO of the image at one of these
 * places is out of reach without ever having been looked at. The layer holds nothing of the image, so all containers share it.
 */
export async function ensureInitLayer(snapshots: string, covered: Covered): Promise<string> {
  const variant = `${covered.passwd ? 'p' : ''}${covered.group ? 'g' : ''}` || 'plain';
  const place = join(snapshots, `init-v${VERSION}-${variant}`);
  if (await isFolder(place)) return place;
  const draft = `${place}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await fill(draft, covered);
    await syncFileSystem(draft);
    await rename(draft, place);
  } catch (cause) {
    await removeTree(draft);
    // Somebody else was faster; theirs is as good.
    if (['EEXIST', 'ENOTEMPTY'].includes(errnoOf(cause) ?? '') && (await isFolder(place))) return place;
    throw cause;
  }
  return place;
}

async function fill(folder: string, covered: Covered): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  for (const name of FOLDERS) await mkdir(join(folder, name), { mode: 0o755 });
  for (const name of EMPTY_FILES) await writeFile(join(folder, name), '', { flag: 'wx', mode: 0o644 });
  await symlink('/proc/mounts', join(folder, 'etc/mtab'));
  if (covered.passwd) await writeFile(join(folder, 'etc/passwd'), PASSWD, { flag: 'wx', mode: 0o644 });
  if (covered.group) await writeFile(join(folder, 'etc/group'), GROUP, { flag: 'wx', mode: 0o644 });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
