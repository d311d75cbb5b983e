import { closeSync, constants, fstatSync, read } from 'node:fs';
import { promisify } from 'node:util';
import { EngineError, isEngineError } from '../errors/index.ts';
import type { Kernel } from '../kernel/index.ts';
import type { ResolvedUser } from '../runtime/runtime.ts';

const MAX_FILE_BYTES = 1024 * 1024;
const MAX_ID = 2 ** 31 - 1;

const readFd = promisify(read);

/**
 * `user[:group]`, each a name or a number, looked up in the container's own files. The image is not trusted: links
 * stay beneath the root, a FIFO does not block, a huge file is refused.
 *
 * @throws EngineError `invalid_argument` in Docker's words for an unknown name
 */
export async function resolveUser(
  kernel: Pick<Kernel, 'openInRoot'>,
  rootfs: string,
  user: string,
  groupAdd: readonly string[] = [],
): Promise<ResolvedUser> {
  const [passwd, group] = await Promise.all([
    readSmallFile(kernel, rootfs, '/etc/passwd'),
    readSmallFile(kernel, rootfs, '/etc/group'),
  ]);
  const found = lookUpUser(user, passwd, group);
  const further = groupAdd.map((name) => lookUpGroup(name, group));
  return { ...found, additionalGids: [...new Set([...found.additionalGids, ...further])] };
}

/** The pure part: the texts of `/etc/passwd` and `/etc/group` are given. */
export function lookUpUser(user: string, passwd: string, group: string): ResolvedUser {
  const colon = user.indexOf(':');
  const userPart = (colon === -1 ? user : user.slice(0, colon)) || '0';
  const groupPart = colon === -1 ? '' : user.slice(colon + 1);

  const number = asId(userPart);
  const entry = rows(passwd).find(([name, , uid]) => (number === undefined ? name === userPart : uid === userPart));
  const uid = number ?? asId(entry?.[2] ?? '');
  if (uid === undefined) throw unknownName('user', userPart, 'passwd');

  const groups = rows(group);
  if (groupPart !== '') {
    const gid = asId(groupPart) ?? asId(groups.find(([name]) => name === groupPart)?.[2] ?? '');
    if (gid === undefined) throw unknownName('group', groupPart, 'group');
    return { uid, gid, additionalGids: [gid] };
  }
  const gid = asId(entry?.[3] ?? '') ?? 0;
  const name = entry?.[0];
  const memberOf = groups
    .filter(([, , , members]) => name !== undefined && (members ?? '').split(',').includes(name))
    .flatMap(([, , id]) => asId(id ?? '') ?? []);
  return { uid, gid, additionalGids: [...new Set([gid, ...memberOf])] };
}

/** A group of `--group-add`. @throws EngineError `invalid_argument` in Docker's words */
function lookUpGroup(name: string, group: string): number {
  const gid = asId(name) ?? asId(rows(group).find(([entry]) => entry === name)?.[2] ?? '');
  if (gid !== undefined) return gid;
  throw new EngineError('invalid_argument', `unable to find group ${name}: no matching entries in group file`, {
    reason: 'group_not_found',
    field: 'groupAdd',
    name,
  });
}

function rows(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.trim().split(':'))
    .filter((fields) => fields.length >= 3);
}

function asId(text: string): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  if (id <= MAX_ID) return id;
  throw new EngineError('invalid_argument', `uids and gids must be in range 0-${MAX_ID}`, {
    reason: 'user_invalid',
    field: 'user',
  });
}

function unknownName(kind: 'user' | 'group', name: string, file: string): EngineError {
  return new EngineError('invalid_argument', `unable to find ${kind} ${name}: no matching entries in ${file} file`, {
    reason: `${kind}_not_found`,
    field: 'user',
    name,
  });
}

async function readSmallFile(kernel: Pick<Kernel, 'openInRoot'>, rootfs: string, path: string): Promise<string> {
  let fd: number;
  try {
    fd = await kernel.openInRoot(rootfs, path, { flags: constants.O_RDONLY | constants.O_NONBLOCK });
  } catch (error) {
    // An image without the file is common: numbers need none.
    if (isEngineError(error, 'not_found')) return '';
    throw error;
  }
  try {
    const info = fstatSync(fd);
    if (!info.isFile()) throw refused(path, 'is not a regular file');
    if (info.size > MAX_FILE_BYTES) throw refused(path, `is larger than ${MAX_FILE_BYTES} bytes`);
    const buffer = Buffer.alloc(info.size);
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await readFd(fd, buffer, filled, buffer.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.toString('utf8', 0, filled);
  } finally {
    closeSync(fd);
  }
}

/** The runtime opens these files too and would hang or fail on them in worse ways. */
function refused(path: string, why: string): EngineError {
  return new EngineError('invalid_argument', `${path} of the image ${why}`, { reason: 'user_file_unsafe', path });
}
