import { isAbsolute, relative, resolve } from 'node:path';
import type { ContainerConfig, MountSpec } from '#engine/containers/index.ts';
import { reachesHost } from '#engine/volumes/index.ts';

/** Facts and limits a verdict depends on. Every default is the strict one. */
export interface AdmissionPolicy {
  /** Host folders that may be mounted, read-only unless `writable`. Real paths are checked again when opened. */
  bindRoots?: readonly { path: string; writable: boolean }[];
  /**
   * Whether the actor may use this container (namespace sharing), named volume or network; a volume yet to be made is theirs,
   * the default networks are everybody's.
   */
  mayUse?: (kind: 'container' | 'volume' | 'network', name: string) => boolean;
  /** Memory, cpu and pids limits must be given. */
  requireLimits?: boolean;
}

/** One thing that is not allowed; the form shows it at its field. */
export interface Violation {
  field: keyof ContainerConfig | string;
  reason: string;
  params: Record<string, string | number>;
}

type Found = Omit<Violation, 'field'>;
type Rule<K extends keyof ContainerConfig> = (value: ContainerConfig[K], policy: AdmissionPolicy) => Found[];

const GIB = 1024 ** 3;

// Docker's default set: adding one of these back after dropping all is fine.
const DEFAULT_CAPABILITIES = new Set(
  `CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE`.split(
    ' ',
  ),
);
// Namespaced, and without effect on other containers or the host (the list Kubernetes calls safe).
const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_syncookies',
]);
const ULIMIT_QUOTAS: Readonly<Record<string, number>> = {
  nofile: 1_048_576,
  nproc: 65_536,
  core: Number.POSITIVE_INFINITY,
  fsize: Number.POSITIVE_INFINITY,
  cpu: Number.POSITIVE_INFINITY,
};
const SAFE_TMPFS_OPTIONS = new Set(['ro', 'rw', 'nosuid', 'nodev', 'noexec']);
const OPEN_ADDRESSES = new Set(['', '0.0.0.0', '::', '127.0.0.1', '::1']);
const DEFAULT_NETWORKS = new Set(['', 'default', 'bridge', 'none']);
const LOCAL_LOG_DRIVERS = new Set(['json-file', 'local', 'none']);
const METADATA_HOST = /metadata|169\.254\.169\.254|fd00:ec2::254/i;

const found = (reason: string, params: Found['params'] = {}): Found[] => [{ reason, params }];
const free = (): Found[] => [];
const flag = (reason: string) => (on: boolean) => (on ? found(reason) : []);

/** Everything a developer may ask for. A field without a line here does not compile, and one unknown at run time is refused. */
export const DEVELOPER_RULES: { [K in keyof Required<ContainerConfig>]: Rule<K> } = {
  image: free,
  entrypoint: free,
  command: free,
  env: free,
  workingDir: free,
  user: free,
  hostname: free,
  domainname: free,
  tty: free,
  openStdin: free,
  stdinOnce: free,
  attached: free,
  stopSignal: free,
  stopTimeoutSeconds: free,
  exposedPorts: free,
  publishAll: free,
  restart: free,
  autoRemove: free,
  readonlyRootfs: free,
  capDrop: free,
  init: free,
  dns: free,
  dnsSearch: free,
  dnsOptions: free,
  groupAdd: free,
  healthcheck: free,
  labels: (labels) =>
    Object.keys(labels)
      .filter((key) => /^(?:io\.)?davit\./i.test(key))
      .flatMap((key) => found('label_reserved', { key })),
  ports: (ports) =>
    ports.flatMap(({ hostPort, hostAddress }) => [
      ...(hostPort !== undefined && hostPort < 1024 ? found('port_privileged', { port: hostPort }) : []),
      ...(OPEN_ADDRESSES.has(hostAddress) ? [] : found('host_address_not_allowed', { address: hostAddress })),
    ]),
  mounts: (mounts, policy) => mounts.flatMap((mount) => judgeMount(mount, policy)),
  volumesFrom: (refs, policy) =>
    (refs ?? []).flatMap((ref) => {
      const container = ref.split(':')[0] ?? '';
      return policy.mayUse?.('container', container) ? [] : found('container_not_own', { container });
    }),
  // A link brings the other one's variables with it.
  links: (links, policy) => judgeLinks(links, policy),
  network: (mode, policy) => (mode.startsWith('container:') ? judgeSharing(mode, policy) : judgeNetwork(mode, policy)),
  networks: (networks, policy) =>
    (networks ?? []).flatMap(({ network, mac, links }) => [
      ...judgeNetwork(network, policy),
      ...judgeMac(mac),
      ...judgeLinks(links, policy),
    ]),
  resources: (limits, policy) => [
    ...(limits.oomKillDisable ? found('oom_kill_disabled') : []),
    ...(policy.requireLimits && !(limits.memoryBytes && limits.pidsLimit && (limits.nanoCpus || limits.cpuQuota))
      ? found('limits_required')
      : []),
  ],
  privileged: flag('privileged'),
  capAdd: (names) =>
    names
      .map((name) => name.toUpperCase().replace(/^CAP_/, ''))
      .filter((name) => !DEFAULT_CAPABILITIES.has(name))
      .flatMap((capability) => found('capability_not_allowed', { capability })),
  securityOpt: (options) =>
    options
      .filter((option) => !/^no-new-privileges(?:[:=]true)?$/.test(option))
      .flatMap((option) => found('security_option_not_allowed', { option })),
  sysctls: (values) =>
    Object.keys(values)
      .filter((name) => !SAFE_SYSCTLS.has(name))
      .flatMap((name) => found('sysctl_not_allowed', { name })),
  ulimits: (limits) =>
    limits
      .filter(({ name, soft, hard }) => Math.max(soft, hard) > (ULIMIT_QUOTAS[name] ?? -1) || Math.min(soft, hard) < 0)
      .flatMap(({ name }) => found('ulimit_not_allowed', { name })),
  shmSizeBytes: (size) => (size !== undefined && size > GIB ? found('shm_too_large', { maxBytes: GIB }) : []),
  oomScoreAdj: (score) => (score < 0 ? found('oom_score_negative') : []),
  extraHosts: (hosts) =>
    hosts.filter((host) => METADATA_HOST.test(host)).flatMap((host) => found('host_not_allowed', { host })),
  pidMode: judgeNamespace('host_pid'),
  ipcMode: judgeNamespace('host_ipc'),
  utsMode: judgeNamespace('host_uts'),
  usernsMode: judgeNamespace('host_userns'),
  cgroupnsMode: judgeNamespace('host_cgroupns'),
  devices: (devices) => (devices ?? []).flatMap(({ source }) => found('device_not_allowed', { device: source })),
  deviceRules: (rules) => (rules ?? []).flatMap((rule) => found('device_rule_not_allowed', { rule })),
  // Some are orders to the runtime or to the host's systemd.
  annotations: (values) =>
    Object.keys(values ?? {})
      .filter((key) => /^(?:org\.systemd\.|run\.oci\.|org\.opencontainers\.runc\.)/i.test(key))
      .flatMap((key) => found('annotation_not_allowed', { key })),
  // Two interfaces with one address on a bridge: one hears what was meant for the other.
  macAddress: judgeMac,
  log: ({ driver }) => (LOCAL_LOG_DRIVERS.has(driver) ? [] : found('log_driver_not_allowed', { driver })),
};

function judgeNamespace(hostReason: string) {
  return (mode: string | undefined, policy: AdmissionPolicy): Found[] => {
    if (mode === undefined || mode === '' || mode === 'private' || mode === 'shareable' || mode === 'none') return [];
    return mode.startsWith('container:') ? judgeSharing(mode, policy) : found(hostReason);
  };
}

function judgeSharing(mode: string, policy: AdmissionPolicy): Found[] {
  if (!mode.startsWith('container:')) return [];
  const container = mode.slice('container:'.length);
  return policy.mayUse?.('container', container) ? [] : found('container_not_own', { container });
}

function judgeNetwork(network: string, policy: AdmissionPolicy): Found[] {
  if (network === 'host') return found('host_network');
  if (DEFAULT_NETWORKS.has(network) || policy.mayUse?.('network', network)) return [];
  return found('network_not_own', { network });
}

function judgeLinks(links: ContainerConfig['links'], policy: AdmissionPolicy): Found[] {
  return (links ?? []).flatMap((link) => {
    const container = link.split(':')[0] ?? '';
    return policy.mayUse?.('container', container) ? [] : found('container_not_own', { container });
  });
}

/** Also of one interface, at create or when it is connected later. */
export function judgeMac(address: string | undefined): Found[] {
  return address ? found('mac_address_not_allowed', { address }) : [];
}

function judgeMount(mount: MountSpec, policy: AdmissionPolicy): Found[] {
  switch (mount.type) {
    case 'volume':
      // A folder or a server under a volume's name is a bind mount in all but name.
      if (reachesHost(mount.driverOptions ?? {})) return found('bind_not_allowed', { source: mount.name ?? '' });
      if (mount.name === undefined || policy.mayUse?.('volume', mount.name)) return [];
      return found('volume_not_own', { volume: mount.name });
    case 'tmpfs':
      return judgeTmpfs(mount.sizeBytes, mount.options ?? '');
    case 'bind': {
      const root = policy.bindRoots?.find(({ path }) => isWithin(path, mount.source));
      if (root === undefined) return found('bind_not_allowed', { source: mount.source });
      if (!mount.readOnly && !root.writable) return found('bind_must_be_read_only', { source: mount.source });
      return mount.propagation === undefined || /^r?private$/.test(mount.propagation) ? [] : found('bind_propagation');
    }
  }
}

function judgeTmpfs(sizeBytes: number | undefined, options: string): Found[] {
  if (sizeBytes !== undefined && sizeBytes > GIB) return found('tmpfs_too_large', { maxBytes: GIB });
  return options
    .split(',')
    .filter((option) => option !== '' && !SAFE_TMPFS_OPTIONS.has(option))
    .flatMap((option) => found('tmpfs_option_not_allowed', { option }));
}

function isWithin(root: string, path: string): boolean {
  const below = relative(root, resolve(path));
  return isAbsolute(path) && below !== '..' && !below.startsWith('../');
}
