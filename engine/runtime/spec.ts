import { resolveCaps } from './capabilities.ts';
import type { HostDevice, HostFacts } from './host-facts.ts';
import type { ExecSpec, RuntimeMount, TaskSpec } from './runtime.ts';
import { customSeccomp, defaultSeccomp, type OciSeccomp } from './seccomp/resolve-profile.ts';
import { deviceNodes, deviceRules, mappedDevices } from './spec-devices.ts';
import { buildMounts, INIT, rootfsPropagation } from './spec-mounts.ts';
import { type OciResources, toOciResources } from './spec-resources.ts';

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

export interface OciSpec {
  ociVersion: string;
  process: OciProcess;
  root: { path: string; readonly?: boolean };
  hostname?: string;
  annotations?: Record<string, string>;
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

interface SpecContext {
  host: HostFacts;
  /** Path of the container's group below each controller. */
  cgroupsPath: string;
  /** Program that is bound to `/sbin/docker-init` for `--init`. */
  initPath: string;
  /** Only asked for a privileged container. */
  hostDevices: () => HostDevice[];
  /** The device files at one path of the host: itself or those in a folder; undefined when nothing is there. */
  devicesAt: (path: string) => HostDevice[] | undefined;
}

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
  const mounts = buildMounts(task, context.initPath);
  const mapped = mappedDevices(task.devices ?? [], context.devicesAt);
  const nodes = deviceNodes(task.privileged ? context.hostDevices() : [], mapped);
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
    ...(task.annotations === undefined ? {} : { annotations: { ...task.annotations } }),
    mounts,
    linux: {
      sysctl: buildSysctls(task),
      cgroupsPath: context.cgroupsPath,
      resources: {
        devices: deviceRules(task, mapped),
        ...toOciResources(task.resources, host, context.devicesAt),
      },
      namespaces: buildNamespaces(task, host),
      ...(propagation === undefined ? {} : { rootfsPropagation: propagation }),
      ...(nodes.length === 0 ? {} : { devices: nodes }),
      ...(task.privileged || task.unmaskedPaths === true ? {} : { maskedPaths: MASKED, readonlyPaths: READONLY }),
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
    ...(ownCgroupNs(task, host) ? [{ type: 'cgroup' }] : []),
  ];
}

function ownCgroupNs(task: TaskSpec, host: HostFacts): boolean {
  if (task.cgroupNs !== undefined) return task.cgroupNs === 'private';
  return host.cgroupVersion === 2 && !task.privileged;
}
