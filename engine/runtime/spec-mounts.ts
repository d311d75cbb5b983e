import type { RuntimeMount, TaskSpec } from './runtime.ts';

/** Where the program of `--init` is bound. */
export const INIT = '/sbin/docker-init';

/** Docker's own mounts, without those the container covers, then what was asked for. */
export function buildMounts(task: TaskSpec, initPath: string): RuntimeMount[] {
  const access = task.privileged ? 'rw' : 'ro';
  const at = (destination: string, type: string, source: string, options: string[]): RuntimeMount => ({
    destination,
    type,
    source,
    options,
  });
  const plain = ['nosuid', 'noexec', 'nodev'];
  const shm = task.shm ?? (task.ipcNs?.kind === 'host' ? { source: '/dev/shm' } : undefined);
  const defaults = [
    at('/proc', 'proc', 'proc', plain),
    at('/dev', 'tmpfs', 'tmpfs', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']),
    at('/dev/pts', 'devpts', 'devpts', ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5']),
    at('/sys', 'sysfs', 'sysfs', [...plain, access]),
    at('/sys/fs/cgroup', 'cgroup', 'cgroup', [access, ...plain]),
    // Mounted from inside, it is the queue of whichever ipc namespace that is, also the host's.
    at('/dev/mqueue', 'mqueue', 'mqueue', plain),
    ...(shm === 'none'
      ? []
      : [
          shm === undefined
            ? at('/dev/shm', 'tmpfs', 'shm', [...plain, 'mode=1777', `size=${task.shmSizeBytes}`])
            : at('/dev/shm', 'bind', shm.source, ['rbind', ...plain]),
        ]),
  ];
  const own = new Set(task.mounts.map((mount) => mount.destination));
  const covered = (path: string) => own.has(path) || (own.has('/dev') && path.startsWith('/dev/'));
  const depth = (mount: RuntimeMount) => mount.destination.split('/').filter(Boolean).length;
  return [
    ...defaults.filter((mount) => !covered(mount.destination)),
    // A parent must be mounted before what lies in it.
    ...task.mounts.map((mount) => ({ ...mount, options: [...mount.options] })).sort((a, b) => depth(a) - depth(b)),
    ...(task.init ? [at(INIT, 'bind', initPath, ['bind', 'ro'])] : []),
  ];
}

/** A shared or slave mount needs a root that lets the propagation through. */
export function rootfsPropagation(mounts: readonly RuntimeMount[]): string | undefined {
  const asked = new Set(mounts.flatMap((mount) => mount.options));
  if (asked.has('rshared') || asked.has('shared')) return 'shared';
  return asked.has('rslave') || asked.has('slave') ? 'rslave' : undefined;
}
