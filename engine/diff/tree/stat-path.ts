import { closeSync, constants, fstatSync } from 'node:fs';
import { posix } from 'node:path';
import { EngineError } from '../../errors/index.ts';
import { enterRoot, harden, O_PATH, openAt, readLink, readLinkAt } from '../file/posix.ts';
import type { PathStat } from './tree-reader.ts';
import { openView, type TreeView, tryOpenInView } from './tree-view.ts';

const AT_FDCWD = -100;

/** What is at a path of a tree, in this process, which is inside it afterwards. @throws EngineError `not_found`, `invalid_argument` */
export function statPath({
  view,
  path,
}: {
  view: TreeView;
  path: string;
}): Omit<PathStat, 'mtime'> & { mtimeMs: number } {
  const rootFd = openView(view);
  const procFd = openAt(AT_FDCWD, '/proc/self/fd', constants.O_RDONLY | constants.O_DIRECTORY);
  enterRoot(rootFd);
  harden();
  const fd = openPath(rootFd, path);
  const stat = fstatSync(fd);
  const linkTarget = stat.isSymbolicLink() ? targetOf({ rootFd, procFd, fd, path }) : '';
  return { name: nameOf(path), sizeBytes: stat.size, mode: stat.mode, mtimeMs: stat.mtimeMs, linkTarget };
}

/** A descriptor of the node at a path, without opening it. @throws EngineError `not_found`, `invalid_argument` */
function openPath(rootFd: number, path: string): number {
  const bytes = Buffer.from(meansFolder(path) ? `${path}/.` : path).toString('latin1');
  const fd = tryOpenInView(rootFd, bytes, O_PATH | constants.O_NOFOLLOW);
  if (typeof fd === 'number') return fd;
  if (fd === 'ENOENT') throw new EngineError('not_found', `There is no ${path}`, { reason: 'path_missing', path });
  if (fd === 'ENOTDIR') {
    throw new EngineError('invalid_argument', `${path} is not a directory`, { reason: 'path_not_folder', path });
  }
  throw new EngineError('invalid_argument', `${path} cannot be opened (${fd})`, {
    reason: 'path_refused',
    path,
    errno: fd,
  });
}

/** A trailing slash or dot follows the last link. */
export function meansFolder(path: string): boolean {
  return /(^|\/)\.?$/.test(path);
}

/** Of the thing in an archive or an answer: the last part of the path as it was asked for. */
function nameOf(path: string): string {
  return posix.basename(posix.resolve('/', path)) || '/';
}

function targetOf(link: { rootFd: number; procFd: number; fd: number; path: string }): string {
  const text = readLink(link.fd);
  const followed = tryOpenInView(link.rootFd, Buffer.from(link.path).toString('latin1'), O_PATH);
  if (typeof followed === 'string') {
    // It leads to nothing: where it says it does.
    const written = Buffer.from(text, 'latin1').toString('utf8');
    return posix.resolve('/', posix.dirname(posix.resolve('/', link.path)), written);
  }
  try {
    return Buffer.from(readLinkAt(link.procFd, String(followed)), 'latin1').toString('utf8');
  } finally {
    closeSync(followed);
  }
}
