import { existsSync, lstatSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { arch, availableParallelism, release } from 'node:os';
import { join } from 'node:path';
import { CGROUP_ROOT, cgroupVersion } from '../stats/index.ts';
import { capsOfMask } from './capabilities.ts';
import type { SeccompHost } from './seccomp/resolve-profile.ts';

export interface HostDevice {
  path: string;
  type: 'c' | 'b';
  major: number;
  minor: number;
  mode: number;
  uid: number;
  gid: number;
}

/** What of this machine decides a container's spec; read anew for each server, given to the pure functions. */
export interface HostFacts {
  arch: string;
  kernel: SeccompHost['kernel'];
  /** Bounding set of the server. */
  caps: readonly string[];
  cgroupVersion: 1 | 2;
  /** Version 1 with a unified hierarchy beside its own. */
  cgroupHybrid: boolean;
  /** Whether a limit of memory + swap can be set. */
  swapLimit: boolean;
  /** Own hard limits by OCI name (`RLIMIT_NOFILE`): without CAP_SYS_RESOURCE nobody gets more. */
  hardLimits: ReadonlyMap<string, number>;
  oomScoreAdj: number;
  cpus: number;
  /** Lists such as `0-3,7`. */
  cpusetCpus: string;
  cpusetMems: string;
  memorySwappiness: boolean;
  blkioWeight: boolean;
}

const GO_ARCH: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

export function readHostFacts(): HostFacts {
  const status = readFileSync('/proc/self/status', 'utf8');
  const [major = 0, minor = 0] = release().split(/[.-]/).map(Number);
  const version = cgroupVersion();
  return {
    arch: GO_ARCH[arch()] ?? arch(),
    kernel: [major, minor],
    caps: capsOfMask(/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'),
    cgroupVersion: version,
    cgroupHybrid: version === 1 && existsSync(join(CGROUP_ROOT, 'unified', 'cgroup.controllers')),
    swapLimit: version === 2 || existsSync(join(CGROUP_ROOT, 'memory', 'memory.memsw.limit_in_bytes')),
    hardLimits: parseHardLimits(readFileSync('/proc/self/limits', 'utf8')),
    oomScoreAdj: Number(readFileSync('/proc/self/oom_score_adj', 'utf8')),
    cpus: availableParallelism(),
    cpusetCpus: readSet('cpus', version),
    cpusetMems: readSet('mems', version),
    memorySwappiness: existsSync(join(CGROUP_ROOT, 'memory', 'memory.swappiness')),
    // Version 2 shows its weights only below the root; a kernel without them says so when one is asked for.
    blkioWeight:
      version === 2 ||
      ['blkio.weight', 'blkio.bfq.weight'].some((name) => existsSync(join(CGROUP_ROOT, 'blkio', name))),
  };
}

/** Which processors or memory nodes there are; empty when the kernel has no sets of them. */
function readSet(kind: 'cpus' | 'mems', version: 1 | 2): string {
  const file = version === 2 ? `cpuset.${kind}.effective` : join('cpuset', `cpuset.${kind}`);
  const path = join(CGROUP_ROOT, file);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
}

const LIMIT_NAMES: Readonly<Record<string, string>> = {
  'Max cpu time': 'CPU',
  'Max file size': 'FSIZE',
  'Max data size': 'DATA',
  'Max stack size': 'STACK',
  'Max core file size': 'CORE',
  'Max resident set': 'RSS',
  'Max processes': 'NPROC',
  'Max open files': 'NOFILE',
  'Max locked memory': 'MEMLOCK',
  'Max address space': 'AS',
  'Max file locks': 'LOCKS',
  'Max pending signals': 'SIGPENDING',
  'Max msgqueue size': 'MSGQUEUE',
  'Max nice priority': 'NICE',
  'Max realtime priority': 'RTPRIO',
  'Max realtime timeout': 'RTTIME',
};

/** Hard limits of a /proc/PID/limits file; unlimited ones are left out. */
export function parseHardLimits(text: string): Map<string, number> {
  const limits = new Map<string, number>();
  for (const line of text.split('\n')) {
    const name = LIMIT_NAMES[line.slice(0, 26).trim()];
    const hard = Number(line.slice(26).trim().split(/\s+/)[1]);
    if (name !== undefined && Number.isFinite(hard)) limits.set(`RLIMIT_${name}`, hard);
  }
  return limits;
}

/** Every device file of the host, for privileged containers; those that the runtime makes itself are left out. */
export function readHostDevices(folder = '/dev'): HostDevice[] {
  const skipped = new Set([
    'pts',
    'shm',
    'fd',
    'mqueue',
    'console',
    'ptmx',
    'tty',
    'null',
    'zero',
    'full',
    'random',
    'urandom',
  ]);
  const found: HostDevice[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (folder === '/dev' && skipped.has(entry.name)) continue;
    if (entry.isDirectory()) found.push(...readHostDevices(path));
    else if (entry.isCharacterDevice() || entry.isBlockDevice()) {
      const info = lstatSync(path, { throwIfNoEntry: false });
      if (info !== undefined) found.push(toHostDevice(path, info));
    }
  }
  return found;
}

/** The device files of one path, links followed: itself, or all in a folder. Undefined when nothing is there. */
export function readDevicesAt(path: string): HostDevice[] | undefined {
  const info = statSync(path, { throwIfNoEntry: false });
  if (info === undefined) return undefined;
  if (info.isDirectory()) return readHostDevices(path);
  return info.isCharacterDevice() || info.isBlockDevice() ? [toHostDevice(path, info)] : [];
}

function toHostDevice(path: string, info: Stats): HostDevice {
  return {
    path,
    type: info.isBlockDevice() ? 'b' : 'c',
    major: ((info.rdev >>> 8) & 0xfff) >>> 0,
    minor: ((info.rdev & 0xff) | ((info.rdev >>> 12) & 0xfff00)) >>> 0,
    mode: info.mode & 0o777,
    uid: info.uid,
    gid: info.gid,
  };
}
