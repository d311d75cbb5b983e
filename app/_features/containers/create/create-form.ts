/** The parts of the form, in their order on the page. */
export const SECTIONS = [
  'image',
  'ports',
  'env',
  'storage',
  'command',
  'network',
  'resources',
  'restart',
  'security',
  'labels',
] as const;
export type Section = (typeof SECTIONS)[number];

/** What most people need is open; the rest is folded with a line that says what is set. */
export const OPEN_AT_FIRST: readonly Section[] = ['image', 'ports', 'env', 'storage'];

/**
 * How the text of a field is read: `lines` and `pairs` (NAME=value) hold one entry a line, `count` may be -1, `integer`
 * any sign, `duration` is `30s` or `1m30s`, `choice` one of the values it lists.
 */
type FieldKind =
  | 'word'
  | 'words'
  | 'path'
  | 'lines'
  | 'pairs'
  | 'size'
  | 'count'
  | 'integer'
  | 'number'
  | 'duration'
  | 'choice'
  | 'switch';

interface FieldSpec {
  section: Section;
  kind: FieldKind;
  /** What `docker run` calls it; the command has none. */
  flag?: string;
  /** Other names people look for: those of a compose file, short flags. */
  also?: readonly string[];
  /** Of a `choice`; the empty one is what holds when nothing is chosen. */
  choices?: readonly string[];
}

/** Every field that is one text or one switch. Rows (ports, variables, mounts) and choices have places of their own. */
export const FIELDS = {
  platform: { section: 'image', kind: 'word', flag: '--platform' },
  publishAll: { section: 'ports', kind: 'switch', flag: '--publish-all', also: ['-P'] },
  expose: { section: 'ports', kind: 'lines', flag: '--expose' },
  entrypoint: { section: 'command', kind: 'words', flag: '--entrypoint' },
  command: { section: 'command', kind: 'words', also: ['cmd'] },
  workingDir: { section: 'command', kind: 'path', flag: '--workdir', also: ['-w', 'working_dir'] },
  user: { section: 'command', kind: 'word', flag: '--user', also: ['-u'] },
  groupAdd: { section: 'command', kind: 'lines', flag: '--group-add' },
  tty: { section: 'command', kind: 'switch', flag: '--tty', also: ['-t'] },
  openStdin: { section: 'command', kind: 'switch', flag: '--interactive', also: ['-i', 'stdin_open', 'OpenStdin'] },
  stdinOnce: { section: 'command', kind: 'switch', also: ['StdinOnce'] },
  init: { section: 'command', kind: 'switch', flag: '--init' },
  stopSignal: { section: 'command', kind: 'word', flag: '--stop-signal' },
  stopTimeout: { section: 'command', kind: 'count', flag: '--stop-timeout', also: ['stop_grace_period'] },
  networkAliases: { section: 'network', kind: 'lines', flag: '--network-alias', also: ['--net-alias', 'aliases'] },
  ip: { section: 'network', kind: 'word', flag: '--ip', also: ['ipv4_address'] },
  ip6: { section: 'network', kind: 'word', flag: '--ip6', also: ['ipv6_address'] },
  macAddress: { section: 'network', kind: 'word', flag: '--mac-address' },
  moreNetworks: { section: 'network', kind: 'lines', flag: '--network', also: ['networks', 'gw-priority'] },
  hostname: { section: 'network', kind: 'word', flag: '--hostname', also: ['-h'] },
  domainname: { section: 'network', kind: 'word', flag: '--domainname' },
  dns: { section: 'network', kind: 'lines', flag: '--dns' },
  dnsSearch: { section: 'network', kind: 'lines', flag: '--dns-search' },
  dnsOptions: { section: 'network', kind: 'lines', flag: '--dns-option', also: ['--dns-opt'] },
  extraHosts: { section: 'network', kind: 'lines', flag: '--add-host', also: ['extra_hosts'] },
  links: { section: 'network', kind: 'lines', flag: '--link', also: ['external_links'] },
  memory: { section: 'resources', kind: 'size', flag: '--memory', also: ['-m', 'mem_limit'] },
  memoryReservation: {
    section: 'resources',
    kind: 'size',
    flag: '--memory-reservation',
    also: ['mem_reservation'],
  },
  memorySwap: { section: 'resources', kind: 'size', flag: '--memory-swap', also: ['memswap_limit'] },
  memorySwappiness: {
    section: 'resources',
    kind: 'count',
    flag: '--memory-swappiness',
    also: ['mem_swappiness'],
  },
  cpus: { section: 'resources', kind: 'number', flag: '--cpus', also: ['NanoCpus'] },
  cpuShares: { section: 'resources', kind: 'count', flag: '--cpu-shares', also: ['-c'] },
  cpuPeriod: { section: 'resources', kind: 'count', flag: '--cpu-period' },
  cpuQuota: { section: 'resources', kind: 'count', flag: '--cpu-quota' },
  cpusetCpus: { section: 'resources', kind: 'word', flag: '--cpuset-cpus', also: ['cpuset'] },
  cpusetMems: { section: 'resources', kind: 'word', flag: '--cpuset-mems' },
  pidsLimit: { section: 'resources', kind: 'count', flag: '--pids-limit' },
  shmSize: { section: 'resources', kind: 'size', flag: '--shm-size' },
  ulimits: { section: 'resources', kind: 'pairs', flag: '--ulimit' },
  blkioWeight: { section: 'resources', kind: 'count', flag: '--blkio-weight', also: ['blkio_config'] },
  blkioWeightDevices: { section: 'resources', kind: 'lines', flag: '--blkio-weight-device' },
  readBps: { section: 'resources', kind: 'lines', flag: '--device-read-bps' },
  writeBps: { section: 'resources', kind: 'lines', flag: '--device-write-bps' },
  readIops: { section: 'resources', kind: 'lines', flag: '--device-read-iops' },
  writeIops: { section: 'resources', kind: 'lines', flag: '--device-write-iops' },
  oomScoreAdj: { section: 'resources', kind: 'integer', flag: '--oom-score-adj' },
  oomKillDisable: { section: 'resources', kind: 'switch', flag: '--oom-kill-disable' },
  healthCmd: { section: 'restart', kind: 'word', flag: '--health-cmd', also: ['healthcheck'] },
  healthInterval: { section: 'restart', kind: 'duration', flag: '--health-interval' },
  healthTimeout: { section: 'restart', kind: 'duration', flag: '--health-timeout' },
  healthRetries: { section: 'restart', kind: 'count', flag: '--health-retries' },
  healthStartPeriod: { section: 'restart', kind: 'duration', flag: '--health-start-period' },
  healthStartInterval: { section: 'restart', kind: 'duration', flag: '--health-start-interval' },
  noHealthcheck: { section: 'restart', kind: 'switch', flag: '--no-healthcheck' },
  autoRemove: { section: 'restart', kind: 'switch', flag: '--rm' },
  capAdd: { section: 'security', kind: 'lines', flag: '--cap-add' },
  capDrop: { section: 'security', kind: 'lines', flag: '--cap-drop' },
  securityOpt: { section: 'security', kind: 'lines', flag: '--security-opt' },
  devices: { section: 'security', kind: 'lines', flag: '--device' },
  deviceRules: { section: 'security', kind: 'lines', flag: '--device-cgroup-rule' },
  sysctls: { section: 'security', kind: 'pairs', flag: '--sysctl' },
  pidMode: { section: 'security', kind: 'word', flag: '--pid' },
  ipcMode: { section: 'security', kind: 'word', flag: '--ipc' },
  utsMode: { section: 'security', kind: 'choice', flag: '--uts', choices: ['', 'host'] },
  usernsMode: { section: 'security', kind: 'choice', flag: '--userns', choices: ['', 'host'] },
  cgroupnsMode: { section: 'security', kind: 'choice', flag: '--cgroupns', choices: ['', 'private', 'host'] },
  readonlyRootfs: { section: 'security', kind: 'switch', flag: '--read-only' },
  privileged: { section: 'security', kind: 'switch', flag: '--privileged' },
  labels: { section: 'labels', kind: 'pairs', flag: '--label', also: ['-l', '--label-file'] },
  annotations: { section: 'labels', kind: 'pairs', flag: '--annotation' },
  logDriver: {
    section: 'labels',
    kind: 'choice',
    flag: '--log-driver',
    also: ['logging'],
    choices: ['', 'json-file', 'local', 'none'],
  },
  logOptions: { section: 'labels', kind: 'pairs', flag: '--log-opt' },
  volumesFrom: { section: 'storage', kind: 'lines', flag: '--volumes-from' },
} as const satisfies Record<string, FieldSpec>;

export type FieldKey = keyof typeof FIELDS;

/** The spec of a field, without the types that tell one from the other. */
export function fieldSpec(key: FieldKey): FieldSpec {
  return FIELDS[key];
}
export const FIELD_KEYS = Object.keys(FIELDS) as FieldKey[];

type SwitchKey = { [K in FieldKey]: (typeof FIELDS)[K]['kind'] extends 'switch' ? K : never }[FieldKey];
export type TextKey = Exclude<FieldKey, SwitchKey>;

export function isSwitch(key: FieldKey): key is SwitchKey {
  return FIELDS[key].kind === 'switch';
}

export function isText(key: FieldKey): key is TextKey {
  return !isSwitch(key);
}

export interface PortRow {
  key: string;
  hostAddress: string;
  /** Empty: any free port; `8000-8010`: the first free one of these. */
  hostPort: string;
  containerPort: string;
  protocol: 'tcp' | 'udp';
}

export interface EnvRow {
  key: string;
  name: string;
  value: string;
}

export interface MountRow {
  key: string;
  type: 'volume' | 'bind' | 'tmpfs';
  /** Volume name (empty: anonymous) or host path; unused for tmpfs. */
  source: string;
  target: string;
  readOnly: boolean;
  /** Only tmpfs. */
  size: string;
  /** Further words of `--mount`, between commas: `nocopy`, `bind-propagation=rslave`, `mode=1777`. */
  options: string;
}

export const POLICIES = ['no', 'on-failure', 'unless-stopped', 'always'] as const;
export type RestartName = (typeof POLICIES)[number];

/** The form as typed: nothing is parsed before it is sent or checked. */
export type CreateForm = {
  image: string;
  name: string;
  ports: readonly PortRow[];
  env: readonly EnvRow[];
  mounts: readonly MountRow[];
  /** `bridge`, `none`, `host`, a network's name, or `container:` with the name beside it. */
  network: string;
  networkContainer: string;
  restart: RestartName;
  maxRetries: string;
} & Record<SwitchKey, boolean> &
  Record<TextKey, string>;
