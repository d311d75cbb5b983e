import { isEnvSet, isMountSet } from './check-form.ts';
import type { CreateForm } from './create-form.ts';
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
};

/** The server's names of fields that the form calls otherwise. */
const BY_FIELD: Readonly<Record<string, string>> = {
  resources: 'memory',
  stopTimeoutSeconds: 'stopTimeout',
  shmSizeBytes: 'shmSize',
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
  const source = details['source'];
  if (typeof source === 'string') {
    const row = form.mounts.find((mount) => mount.source.trim() === source);
    if (row !== undefined) return `mounts.${row.key}`;
  }
  const known = reason === undefined ? undefined : BY_REASON[reason];
  if (known !== undefined) return known;
  const path = typeof details['field'] === 'string' ? details['field'] : firstField(details['fields']);
  return path === undefined ? undefined : fieldOfPath(form, path);
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
