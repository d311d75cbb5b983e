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

/** How the text of a field is read: `lines` and `pairs` (NAME=value) hold one entry a line. */
type FieldKind = 'word' | 'words' | 'path' | 'lines' | 'pairs' | 'size' | 'count' | 'number' | 'switch';

interface FieldSpec {
  section: Section;
  kind: FieldKind;
  /** What `docker run` calls it; the command has none. */
  flag?: string;
}

/** Every field that is one text or one switch. Rows (ports, variables, mounts) and choices have places of their own. */
export const FIELDS = {
  publishAll: { section: 'ports', kind: 'switch', flag: '--publish-all' },
  entrypoint: { section: 'command', kind: 'words', flag: '--entrypoint' },
  command: { section: 'command', kind: 'words' },
  workingDir: { section: 'command', kind: 'path', flag: '--workdir' },
  user: { section: 'command', kind: 'word', flag: '--user' },
  tty: { section: 'command', kind: 'switch', flag: '--tty' },
  openStdin: { section: 'command', kind: 'switch', flag: '--interactive' },
  init: { section: 'command', kind: 'switch', flag: '--init' },
  stopSignal: { section: 'command', kind: 'word', flag: '--stop-signal' },
  stopTimeout: { section: 'command', kind: 'count', flag: '--stop-timeout' },
  hostname: { section: 'network', kind: 'word', flag: '--hostname' },
  domainname: { section: 'network', kind: 'word', flag: '--domainname' },
  dns: { section: 'network', kind: 'lines', flag: '--dns' },
  dnsSearch: { section: 'network', kind: 'lines', flag: '--dns-search' },
  extraHosts: { section: 'network', kind: 'lines', flag: '--add-host' },
  memory: { section: 'resources', kind: 'size', flag: '--memory' },
  memoryReservation: { section: 'resources', kind: 'size', flag: '--memory-reservation' },
  cpus: { section: 'resources', kind: 'number', flag: '--cpus' },
  cpusetCpus: { section: 'resources', kind: 'word', flag: '--cpuset-cpus' },
  pidsLimit: { section: 'resources', kind: 'count', flag: '--pids-limit' },
  shmSize: { section: 'resources', kind: 'size', flag: '--shm-size' },
  autoRemove: { section: 'restart', kind: 'switch', flag: '--rm' },
  readonlyRootfs: { section: 'security', kind: 'switch', flag: '--read-only' },
  privileged: { section: 'security', kind: 'switch', flag: '--privileged' },
  capAdd: { section: 'security', kind: 'lines', flag: '--cap-add' },
  capDrop: { section: 'security', kind: 'lines', flag: '--cap-drop' },
  sysctls: { section: 'security', kind: 'pairs', flag: '--sysctl' },
  labels: { section: 'labels', kind: 'pairs', flag: '--label' },
} as const satisfies Record<string, FieldSpec>;

export type FieldKey = keyof typeof FIELDS;
export const FIELD_KEYS = Object.keys(FIELDS) as FieldKey[];

type SwitchKey = { [K in FieldKey]: (typeof FIELDS)[K]['kind'] extends 'switch' ? K : never }[FieldKey];
export type TextKey = Exclude<FieldKey, SwitchKey>;

export function isSwitch(key: FieldKey): key is SwitchKey {
  return FIELDS[key].kind === 'switch';
}

export interface PortRow {
  key: string;
  hostAddress: string;
  /** Empty: any free port. */
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
}

export type RestartName = 'no' | 'always' | 'unless-stopped' | 'on-failure';

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
