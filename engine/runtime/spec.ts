import { resolveCaps } from './capabilities.ts';
import type { HostDevice, HostFacts } from './host-facts.ts';
import type { ExecSpec, Resources, RuntimeMount, TaskSpec } from './runtime.ts';
import { customSeccomp, defaultSeccomp, type OciSeccomp } from './seccomp/resolve-profile.ts';

interface OciProcess {
  terminal: boolean;
  consoleSize?: { height: number; width: number };
  user: { uid: number; gid: number; additionalGids: number[] };
  args: string[];
  env: string[];
  cwd: string;
  capabilities: { bounding: string[]; effective?: string[]; permitted?: string[] };
  rlimits?: { type: string; soft: number; hard: number }[];
  noNewPrivileges?: boolean;
  oomScoreAdj?: number;
}

interface OciSpec {
  ociVersion: string;
  process: OciProcess;
  root: { path: string; readonly?: boolean };
  hostname?: string;
  mounts: RuntimeMount[];
  linux: {
    sysctl: Record<string, string>;
    cgroupsPath: string;
    resources: OciResources & { devices: object[] };
    namespaces: { type: string; path?: string }[];
    devices?: object[];
    rootfsPropagation?: string;
    maskedPaths?: string[];
    readonlyPaths?: string[];
    seccomp?: OciSeccomp;
  };
}

interface OciResources {
  memory?: { limit?: number; swap?: number; reservation?: number; disableOOMKiller?: boolean };
  cpu?: { shares?: number; quota?: number; period?: number; cpus?: string; mems?: string };
  pids?: { limit: number };
}

interface SpecContext {
  host: HostFacts;
  /** Path of the container's group below each controller. */
  cgroupsPath: string;
  /** Program that is bound to `/sbin/docker-init` for `--init`. */
  initPath: string;
  /** Only asked for a privileged container. */
  hostDevices: () => HostDevice[];
}

const INIT = '/sbin/docker-init';
const MASKED = [
  ...['/proc/asound', '/proc/acpi', '/proc/interrupts', '/proc/kcore', '/proc/keys', '/proc/latency_stats'],
  ...['/proc/timer_list', '/proc/timer_stats', '/proc/sched_debug', '/proc/scsi', '/sys/firmware'],
  '/sys/devices/virtual/powercap',
];
const READONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/**
 * The OCI `config.json` that Docker 28 would write for this container.
 *
 * @throws EngineError `invalid_argument` for unknown capabilities and seccomp profiles that cannot be read.
 */
export function buildSpec(task: TaskSpec, context: SpecContext): OciSpec {
  const { host } = context;
  const caps = resolveCaps({ add: task.capAdd, drop: task.capDrop, privileged: task.privileged }, host.caps);
  const mounts = buildMounts(task, context);
  const propagation = rootfsPropagation(task.mounts);
  const seccomp = buildSeccomp(task, host, caps);
  return {
    ociVersion: '1.2.1',
    process: {
      terminal: task.tty,
      ...consoleSize(task),
      user: { ...task.user },
      args: task.init ? [INIT, '--', ...task.args] : [...task.args],
      env: [...task.env],
      cwd: task.cwd,
      capabilities: capabilitiesOf(task.user.uid, caps),
      ...(task.ulimits.length === 0 ? {} : { rlimits: task.ulimits.map((limit) => clampLimit(limit, host)) }),
      ...(task.noNewPrivileges ? { noNewPrivileges: true } : {}),
      oomScoreAdj: host.caps.includes('CAP_SYS_RESOURCE')
        ? task.oomScoreAdj
        : Math.max(task.oomScoreAdj, host.oomScoreAdj),
    },
    root: { path: task.rootfs, ...(task.readonlyRootfs ? { readonly: true } : {}) },
    ...(task.utsNs === undefined ? { hostname: task.hostname } : {}),
    mounts,
    linux: {
      sysctl: buildSysctls(task),
      cgroupsPath: context.cgroupsPath,
      resources: { devices: deviceRules(task.privileged), ...toOciResources(task.resources, host) },
      namespaces: buildNamespaces(task, host),
      ...(propagation === undefined ? {} : { rootfsPropagation: propagation }),
      ...(task.privileged
        ? { devices: context.hostDevices().map(({ mode, ...device }) => ({ ...device, fileMode: mode })) }
        : { maskedPaths: MASKED, readonlyPaths: READONLY }),
      ...(seccomp === undefined ? {} : { seccomp }),
    },
  };
}

/** What an exec session takes over from the container's own process. */
interface InheritedProcess {
  capabilities: { bounding: string[] };
  rlimits?: OciProcess['rlimits'] | undefined;
  noNewPrivileges?: boolean | undefined;
  oomScoreAdj?: number | undefined;
}

/** The `process.json` of an exec session: it inherits from the container's own process. */
export function buildExecProcess(exec: ExecSpec, container: InheritedProcess, host: HostFacts): OciProcess {
  const { rlimits, noNewPrivileges, oomScoreAdj } = container;
  return {
    terminal: exec.tty,
    ...consoleSize(exec),
    user: { ...exec.user },
    args: [...exec.args],
    env: [...exec.env],
    cwd: exec.cwd,
    capabilities: capabilitiesOf(exec.user.uid, exec.privileged ? [...host.caps] : container.capabilities.bounding),
    ...(rlimits === undefined ? {} : { rlimits }),
    ...(noNewPrivileges === undefined ? {} : { noNewPrivileges }),
    ...(oomScoreAdj === undefined ? {} : { oomScoreAdj }),
  };
}

/** Limits as runc reads them, for the spec and for `runc update`. */
export function toOciResources(wish: Resources, host: Pick<HostFacts, 'cgroupVersion' | 'swapLimit'>): OciResources {
  const swap = wish.memorySwapBytes || (wish.memoryBytes === undefined ? undefined : wish.memoryBytes * 2);
  const memory = {
    ...(wish.memoryBytes ? { limit: wish.memoryBytes } : {}),
    ...(swap && host.swapLimit ? { swap } : {}),
    ...(wish.memoryReservationBytes ? { reservation: wish.memoryReservationBytes } : {}),
    ...(wish.oomKillDisable && host.cgroupVersion === 1 ? { disableOOMKiller: true } : {}),
  };
  const byNano = wish.nanoCpus ? { period: 100_000, quota: Math.round(wish.nanoCpus / 10_000) } : {};
  const cpu = {
    ...(wish.cpuShares ? { shares: wish.cpuShares } : {}),
    ...(wish.cpuPeriod ? { period: wish.cpuPeriod } : {}),
    ...(wish.cpuQuota ? { quota: wish.cpuQuota } : {}),
    ...byNano,
    ...(wish.cpusetCpus ? { cpus: wish.cpusetCpus } : {}),
    ...(wish.cpusetMems ? { mems: wish.cpusetMems } : {}),
  };
  return {
    ...(Object.keys(memory).length > 0 ? { memory } : {}),
    ...(Object.keys(cpu).length > 0 ? { cpu } : {}),
    // 0 and -1 both mean "as many as it likes", which update must be able to say.
    ...(wish.pidsLimit === undefined ? {} : { pids: { limit: wish.pidsLimit > 0 ? wish.pidsLimit : -1 } }),
  };
}

function consoleSize(spec: { tty: boolean; consoleSize?: { rows: number; columns: number } | undefined }) {
  if (!spec.tty || spec.consoleSize === undefined) return {};
  return { consoleSize: { height: spec.consoleSize.rows, width: spec.consoleSize.columns } };
}

/** Another user than root gets only the bound: what execve would leave him. */
function capabilitiesOf(uid: number, caps: readonly string[]): OciProcess['capabilities'] {
  return uid === 0 ? { bounding: [...caps], effective: [...caps], permitted: [...caps] } : { bounding: [...caps] };
}

function clampLimit({ name, soft, hard }: TaskSpec['ulimits'][number], host: HostFacts) {
  const type = `RLIMIT_${name.toUpperCase()}`;
  // -1 is "unlimited"; the runtime wants the largest value, which JSON numbers cannot hold exactly: 2^53 is as good.
  const wanted = (value: number) => (value < 0 ? Number.MAX_SAFE_INTEGER : value);
  const most = host.caps.includes('CAP_SYS_RESOURCE') ? undefined : host.hardLimits.get(type);
  const clamp = (value: number) => Math.min(wanted(value), most ?? Number.MAX_SAFE_INTEGER);
  return { type, soft: clamp(soft), hard: clamp(hard) };
}

function buildSeccomp(task: TaskSpec, host: HostFacts, caps: readonly string[]): OciSeccomp | undefined {
  if (task.privileged || task.seccomp === 'unconfined') return undefined;
  const about = { arch: host.arch, kernel: host.kernel, caps };
  return task.seccomp === 'default' ? defaultSeccomp(about) : customSeccomp(task.seccomp, about);
}

function buildSysctls(task: TaskSpec): Record<string, string> {
  const defaults = { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': '0 2147483647' };
  const domain: Record<string, string> =
    task.domainname && task.utsNs === undefined ? { 'kernel.domainname': task.domainname } : {};
  if (task.netns.kind !== 'host') return { ...defaults, ...domain, ...task.sysctls };
  // The runtime refuses to change the host's own network settings.
  const own = Object.entries(task.sysctls).filter(([name]) => !name.startsWith('net.'));
  return { ...domain, ...Object.fromEntries(own) };
}

function buildNamespaces(task: TaskSpec, host: HostFacts): { type: string; path?: string }[] {
  const one = (type: string, wish: { kind: 'host' } | { kind: 'path'; path: string } | undefined) => {
    if (wish?.kind === 'host') return [];
    return wish === undefined ? [{ type }] : [{ type, path: wish.path }];
  };
  return [
    { type: 'mount' },
    ...one('network', task.netns),
    ...one('uts', task.utsNs),
    ...one('pid', task.pidNs),
    ...one('ipc', task.ipcNs),
    ...(host.cgroupVersion === 2 && !task.privileged ? [{ type: 'cgroup' }] : []),
  ];
}

function deviceRules(privileged: boolean): object[] {
  if (privileged) return [{ allow: true, access: 'rwm' }];
  const rule = (major: number, minor: number, allow = true) => ({ allow, type: 'c', major, minor, access: 'rwm' });
  const allowed = [rule(1, 5), rule(1, 3), rule(1, 9), rule(1, 8), rule(5, 0), rule(5, 1)];
  return [{ allow: false, access: 'rwm' }, ...allowed, rule(10, 229, false)];
}

function buildMounts(task: TaskSpec, context: SpecContext): RuntimeMount[] {
  const access = task.privileged ? 'rw' : 'ro';
  const at = (destination: string, type: string, source: string, options: string[]): RuntimeMount => ({
    destination,
    type,
    source,
    options,
  });
  const plain = ['nosuid', 'noexec', 'nodev'];
  const hostIpc = task.ipcNs?.kind === 'host';
  const defaults = [
    at('/proc', 'proc', 'proc', plain),
    at('/dev', 'tmpfs', 'tmpfs', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']),
    at('/dev/pts', 'devpts', 'devpts', ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5']),
    at('/sys', 'sysfs', 'sysfs', [...plain, access]),
    at('/sys/fs/cgroup', 'cgroup', 'cgroup', [access, ...plain]),
    hostIpc
      ? at('/dev/mqueue', 'bind', '/dev/mqueue', ['rbind', ...plain])
      : at('/dev/mqueue', 'mqueue', 'mqueue', plain),
    hostIpc
      ? at('/dev/shm', 'bind', '/dev/shm', ['rbind', ...plain])
      : at('/dev/shm', 'tmpfs', 'shm', [...plain, 'mode=1777', `size=${task.shmSizeBytes}`]),
  ];
  const own = new Set(task.mounts.map((mount) => mount.destination));
  const covered = (path: string) => own.has(path) || (own.has('/dev') && path.startsWith('/dev/'));
  const depth = (mount: RuntimeMount) => mount.destination.split('/').filter(Boolean).length;
  return [
    ...defaults.filter((mount) => !covered(mount.destination)),
    // A parent must be mounted before what lies in it.
    ...task.mounts.map((mount) => ({ ...mount, options: [...mount.options] })).sort((a, b) => depth(a) - depth(b)),
    ...(task.init ? [at(INIT, 'bind', context.initPath, ['bind', 'ro'])] : []),
  ];
}

/** A shared or slave mount needs a root that lets the propagation through. */
function rootfsPropagation(mounts: readonly RuntimeMount[]): string | undefined {
  const asked = new Set(mounts.flatMap((mount) => mount.options));
  if (asked.has('rshared') || asked.has('shared')) return 'shared';
  return asked.has('rslave') || asked.has('slave') ? 'rslave' : undefined;
}
