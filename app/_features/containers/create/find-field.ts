import { isEnvSet, isMountSet } from './check-form.ts';
import type { CreateForm, MountRow } from './create-form.ts';
import { isPortSet } from './run-options.ts';

/** The part of a failure that says where and why. */
interface FailureFacts {
  reason: string | undefined;
  details: Readonly<Record<string, unknown>>;
}

/** Reasons that belong to one field even when the server does not name it. */
const BY_REASON: Readonly<Record<string, string>> = {
  name_taken: 'name',
  name_invalid: 'name',
  image_not_found: 'image',
  image_ambiguous: 'image',
  reference_invalid: 'image',
  no_command: 'command',
  network_not_found: 'network',
  container_not_found: 'networkContainer',
  shared_container_stopped: 'networkContainer',
  user_invalid: 'user',
  signal_invalid: 'stopSignal',
  capability_unknown: 'capAdd',
  capability_unavailable: 'capAdd',
  working_dir_invalid: 'workingDir',
  memory_too_small: 'memory',
  too_many_cpus: 'cpus',
  oom_kill_disabled: 'oomKillDisable',
};

/** The server's names of fields that the form calls otherwise. */
const BY_FIELD: Readonly<Record<string, string>> = {
  resources: 'memory',
  stopTimeoutSeconds: 'stopTimeout',
  shmSizeBytes: 'shmSize',
  networks: 'moreNetworks',
  exposedPorts: 'expose',
  log: 'logDriver',
  healthcheck: 'healthCmd',
  blkioReadBps: 'readBps',
  blkioWriteBps: 'writeBps',
  blkioReadIops: 'readIops',
  blkioWriteIops: 'writeIops',
};

/** Where each part of a failure belongs; a refusal by policy may name several fields. What has no field is left out. */
export function findProblems(form: CreateForm, failure: FailureFacts): { key: string; failure: FailureFacts }[] {
  const violations = failure.details['violations'];
  const parts = Array.isArray(violations) ? violations.map(toFacts) : [failure];
  return parts.flatMap((part) => {
    const key = findField(form, part);
    return key === undefined ? [] : [{ key, failure: part }];
  });
}

function toFacts(violation: { field: string; reason: string; params: Record<string, unknown> }): FailureFacts {
  return { reason: violation.reason, details: { ...violation.params, field: violation.field } };
}

/**
 * Which field of the form a failed create is about, as a key of its problems; undefined when none is. A port or a folder
 * is found by its value: the server knows no rows.
 */
function findField(form: CreateForm, { reason, details }: FailureFacts): string | undefined {
  if (reason === 'port_in_use' || reason === 'port_privileged') {
    const port = String(details['port'] ?? details['hostPort'] ?? '');
    const row = form.ports.find(({ hostPort }) => hostPort.trim() === port) ?? form.ports[0];
    return row && `ports.${row.key}`;
  }
  if (reason === 'host_address_not_allowed') {
    const row = form.ports.find(({ hostAddress }) => hostAddress.trim() === details['address']);
    if (row !== undefined) return `ports.${row.key}`;
  }
  const mount = form.mounts.find((row) => isAbout(row, reason, details));
  if (mount !== undefined) return `mounts.${mount.key}`;
  const known = reason === undefined ? undefined : BY_REASON[reason];
  if (known !== undefined) return known;
  const path = typeof details['field'] === 'string' ? details['field'] : firstField(details['fields']);
  return path === undefined ? undefined : fieldOfPath(form, path);
}

/** A mount is found by its folder or volume, or by what only its kind can be refused for. */
function isAbout(row: MountRow, reason: string | undefined, details: FailureFacts['details']): boolean {
  const source = details['source'] ?? details['volume'];
  if (typeof source === 'string') return row.source.trim() === source;
  if (reason?.startsWith('tmpfs_'))
    return row.type === 'tmpfs' && (row.size.trim() !== '' || row.options.trim() !== '');
  return reason === 'bind_propagation' && row.type === 'bind' && row.options.trim() !== '';
}

/** From `config.ports.0.hostPort`, as a schema names it, or a plain name. */
function fieldOfPath(form: CreateForm, path: string): string | undefined {
  const [head = '', index, ...rest] = path.replace(/^config\./, '').split('.');
  if (head === 'ports' || head === 'env' || head === 'mounts') {
    const sent = {
      ports: form.ports.filter(isPortSet),
      env: form.env.filter(isEnvSet),
      mounts: form.mounts.filter(isMountSet),
    };
    const row = sent[head][Number(index ?? 0)];
    return row && `${head}.${row.key}`;
  }
  const inner = head === 'resources' && index !== undefined ? index.replace(/Bytes$/, '') : head;
  const name = inner === 'nanoCpus' ? 'cpus' : (BY_FIELD[inner] ?? inner);
  return name in form && rest.length < 3 ? name : undefined;
}

function firstField(fields: unknown): string | undefined {
  const first: unknown = Array.isArray(fields) ? fields[0] : undefined;
  return typeof first === 'object' && first !== null && 'field' in first && typeof first.field === 'string'
    ? first.field
    : undefined;
}
