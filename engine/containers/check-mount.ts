import { EngineError } from '../errors/index.ts';
import { cleanTarget } from './config-merge.ts';
import type { MountSpec } from './container-service.ts';
import { refused } from './refused.ts';

const TYPES: readonly string[] = ['volume', 'bind', 'tmpfs'] satisfies MountSpec['type'][];
const PROPAGATIONS = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'];

/** One mount by itself. @throws EngineError `invalid_argument`, `unsupported` (other types), in Docker's words */
export function checkMount(mount: MountSpec): void {
  // `--tmpfs` knows no types of mounts.
  const start = mount.type === 'tmpfs' && mount.long !== true ? '' : `invalid mount config for type "${mount.type}": `;
  const bad = (reason: string, words: string) => refused(reason, 'mounts', `${start}${words}`);
  if (!TYPES.includes(mount.type)) {
    const words = `invalid mount config for type "${mount.type}": mounts of this type are not supported`;
    throw new EngineError('unsupported', words, {
      reason: 'mount_type_unsupported',
      field: 'mounts',
      type: mount.type,
    });
  }
  checkTarget(mount.target, (words) => bad('mount_target_invalid', words));
  if (mount.type === 'tmpfs') checkTmpfs(mount.options ?? '');
  if (mount.type === 'volume' && mount.subpath !== undefined) {
    if (mount.name === undefined) throw bad('subpath_anonymous', 'must not set Subpath when using anonymous volumes');
    if (!isLocal(mount.subpath)) throw bad('subpath_invalid', 'subpath must be a relative path within the volume');
  }
  if (mount.type === 'bind') checkBind(mount, bad);
}

function checkTarget(target: string, bad: (words: string) => Error): void {
  const place = cleanTarget(target);
  if (target === '') throw bad('field Target must not be empty');
  if (!target.startsWith('/')) throw bad(`invalid mount path: '${target}' mount path must be absolute`);
  if (place === '/') throw bad("invalid specification: destination can't be '/'");
  if (place.split('/').includes('..')) throw bad(`invalid mount path: '${target}' is not allowed`);
}

function checkBind(
  { propagation, source, readOnly, readOnlyRecursion, nonRecursive }: Extract<MountSpec, { type: 'bind' }>,
  bad: (reason: string, words: string) => Error,
): void {
  if (!source.startsWith('/')) {
    throw bad('bind_source_relative', `invalid mount path: '${source}' mount path must be absolute`);
  }
  if (propagation !== undefined && !PROPAGATIONS.includes(propagation)) {
    throw bad('propagation_invalid', `invalid propagation mode: ${propagation}`);
  }
  if (readOnlyRecursion === undefined) return;
  if (!readOnly) throw bad('recursion_without_read_only', 'recursive read-only options need a read-only mount');
  if (readOnlyRecursion === 'force' && (nonRecursive === true || (propagation ?? 'rprivate') !== 'rprivate')) {
    throw bad('recursion_conflict', 'recursive read-only needs a recursive mount with propagation rprivate');
  }
}

/** Go's `filepath.IsLocal`, which is Docker's test. */
function isLocal(path: string): boolean {
  if (path === '' || path.startsWith('/') || path.includes('\0')) return false;
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return false;
  }
  return true;
}

const TMPFS_FLAGS = new Set(
  [
    'ro rw exec noexec suid nosuid dev nodev sync async dirsync remount mand nomand atime noatime diratime nodiratime',
    'bind rbind unbindable runbindable private rprivate shared rshared slave rslave relatime norelatime',
    'strictatime nostrictatime',
  ]
    .join(' ')
    .split(' '),
);

function checkTmpfs(options: string): void {
  for (const option of options.split(',')) {
    const known = TMPFS_FLAGS.has(option) || /^(?:size|mode|uid|gid|nr_inodes|nr_blocks|mpol)=./.test(option);
    if (option !== '' && !known)
      throw refused('tmpfs_option_invalid', 'mounts', `invalid tmpfs option "${option}"`, { option });
  }
}
