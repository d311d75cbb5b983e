import {
  type CreateForm,
  type EnvRow,
  FIELD_KEYS,
  FIELDS,
  isSwitch,
  type MountRow,
  type PortRow,
  type TextKey,
} from './create-form.ts';
import { tryParseSize } from './parse-size.ts';
import { isPortSet, linesOf } from './run-options.ts';
import { splitWords } from './split-words.ts';

/** What is wrong with a field: the key of a sentence. Keys are those of the form, rows as `ports.3`. */
type Problems = Readonly<Record<string, string>>;

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)$/;
const LEAST_MEMORY = 6 * 1024 ** 2;

/** What can be seen without asking the host; empty when the form can be sent. */
export function checkForm(form: CreateForm): Problems {
  const problems: Record<string, string> = {};
  if (form.image.trim() === '') problems['image'] = 'required';
  if (form.name.trim() !== '' && !NAME.test(form.name.trim())) problems['name'] = 'name_invalid';
  for (const key of FIELD_KEYS) {
    const problem = isSwitch(key) ? undefined : checkText(form, key);
    if (problem !== undefined) problems[key] = problem;
  }
  if (form.network === 'container:' && form.networkContainer.trim() === '') problems['networkContainer'] = 'required';
  if (form.restart === 'on-failure' && !/^\d{0,4}$/.test(form.maxRetries.trim())) problems['maxRetries'] = 'number';
  if (form.restart !== 'no' && form.autoRemove) problems['restart'] = 'auto_remove_restart';
  checkRows(form.ports.filter(isPortSet), 'ports', problems, checkPort);
  checkRows(form.env.filter(isEnvSet), 'env', problems, checkEnv);
  checkRows(form.mounts.filter(isMountSet), 'mounts', problems, checkMount);
  return problems;
}

function checkRows<Row extends { key: string }>(
  rows: readonly Row[],
  field: string,
  problems: Record<string, string>,
  check: (row: Row, earlier: readonly Row[]) => string | undefined,
): void {
  rows.forEach((row, index) => {
    const problem = check(row, rows.slice(0, index));
    if (problem !== undefined) problems[`${field}.${row.key}`] = problem;
  });
}

function checkText(form: CreateForm, key: TextKey): string | undefined {
  const text = form[key].trim();
  if (text === '') return undefined;
  switch (FIELDS[key].kind) {
    case 'words':
      return splitWords(text) === undefined ? 'quote' : undefined;
    case 'path':
      return text.startsWith('/') ? undefined : 'absolute';
    case 'pairs':
      return linesOf(text).every((line) => !line.startsWith('=')) ? undefined : 'variable';
    case 'size': {
      const bytes = tryParseSize(text);
      if (bytes === undefined) return 'size';
      return key === 'memory' && bytes > 0 && bytes < LEAST_MEMORY ? 'memory_too_small' : undefined;
    }
    case 'count':
      return /^(?:-1|\d{1,9})$/.test(text) ? undefined : 'number';
    case 'number':
      return /^\d+(?:\.\d+)?$/.test(text) ? undefined : 'number';
    case 'word':
    case 'lines':
      return undefined;
  }
}

function checkPort(row: PortRow, earlier: readonly PortRow[]): string | undefined {
  if (!isPort(row.containerPort) || (row.hostPort.trim() !== '' && !isPort(row.hostPort))) return 'port_range';
  if (row.hostAddress.trim() !== '' && !ADDRESS.test(row.hostAddress.trim())) return 'address';
  return earlier.some((other) => collide(row, other)) ? 'port_twice' : undefined;
}

function isPort(text: string): boolean {
  const port = Number(text);
  return /^\d{1,5}$/.test(text.trim()) && port >= 1 && port <= 65_535;
}

function collide(one: PortRow, other: PortRow): boolean {
  const everywhere = ['', '0.0.0.0', '::'];
  const [a, b] = [one.hostAddress.trim(), other.hostAddress.trim()];
  return (
    one.hostPort.trim() !== '' &&
    Number(one.hostPort) === Number(other.hostPort) &&
    one.protocol === other.protocol &&
    (a === b || everywhere.includes(a) || everywhere.includes(b))
  );
}

export function isEnvSet({ name, value }: EnvRow): boolean {
  return name.trim() !== '' || value !== '';
}

function checkEnv(row: EnvRow, earlier: readonly EnvRow[]): string | undefined {
  const name = row.name.trim();
  if (name === '') return 'required';
  if (/[=\s\0]/.test(name)) return 'variable_name';
  return earlier.some((other) => other.name.trim() === name) ? 'variable_twice' : undefined;
}

export function isMountSet({ source, target }: MountRow): boolean {
  return source.trim() !== '' || target.trim() !== '';
}

function checkMount(row: MountRow, earlier: readonly MountRow[]): string | undefined {
  const [source, target] = [row.source.trim(), row.target.trim()];
  if (!target.startsWith('/') || cleanPath(target) === '/') return 'mount_target_invalid';
  if (earlier.some((other) => cleanPath(other.target) === cleanPath(target))) return 'mount_target_twice';
  if (row.type === 'bind' && !source.startsWith('/')) return 'bind_source_relative';
  if (row.type === 'volume' && source !== '' && !NAME.test(source)) return 'name_invalid';
  if (row.type === 'tmpfs' && row.size.trim() !== '' && tryParseSize(row.size) === undefined) return 'size';
  return undefined;
}

function cleanPath(path: string): string {
  return `/${path.split('/').filter(Boolean).join('/')}`.trim();
}

/** The create request of a form without problems. Bind mounts make a missing folder, as `-v` does. */
export function toInput(form: CreateForm) {
  const text = (key: TextKey) => form[key].trim();
  const network = form.network === 'container:' ? `container:${form.networkContainer.trim()}` : form.network;
  return {
    ...given('name', form.name.trim()),
    config: {
      image: form.image.trim(),
      ...words('entrypoint', form.entrypoint),
      ...words('command', form.command),
      env: form.env.filter(isEnvSet).map(({ name, value }) => `${name.trim()}=${value}`),
      ...given('workingDir', text('workingDir')),
      ...given('user', text('user')),
      ...given('hostname', text('hostname')),
      ...given('domainname', text('domainname')),
      ...given('stopSignal', text('stopSignal').toUpperCase()),
      ...number('stopTimeoutSeconds', text('stopTimeout')),
      tty: form.tty,
      openStdin: form.openStdin,
      init: form.init,
      labels: pairs(form.labels),
      ports: form.ports.filter(isPortSet).map(toPort),
      publishAll: form.publishAll,
      mounts: form.mounts.filter(isMountSet).map(toMount),
      network,
      dns: linesOf(form.dns),
      dnsSearch: linesOf(form.dnsSearch),
      extraHosts: linesOf(form.extraHosts),
      restart: {
        name: form.restart,
        maxRetries: form.restart === 'on-failure' ? Number(form.maxRetries.trim()) : 0,
      },
      autoRemove: form.autoRemove,
      resources: {
        ...size('memoryBytes', text('memory')),
        ...size('memoryReservationBytes', text('memoryReservation')),
        ...(text('cpus') === '' ? {} : { nanoCpus: Math.round(Number(text('cpus')) * 1e9) }),
        ...given('cpusetCpus', text('cpusetCpus')),
        ...number('pidsLimit', text('pidsLimit')),
      },
      ...size('shmSizeBytes', text('shmSize')),
      readonlyRootfs: form.readonlyRootfs,
      privileged: form.privileged,
      capAdd: linesOf(form.capAdd),
      capDrop: linesOf(form.capDrop),
      sysctls: pairs(form.sysctls),
    },
  };
}

export type CreateInput = ReturnType<typeof toInput>;

function toPort({ hostAddress, hostPort, containerPort, protocol }: PortRow) {
  return {
    protocol,
    hostAddress: hostAddress.trim(),
    containerPort: Number(containerPort),
    ...number('hostPort', hostPort.trim()),
  };
}

function toMount({ type, source, target, readOnly, size: limit }: MountRow) {
  const place = target.trim();
  switch (type) {
    case 'volume':
      return { type, ...given('name', source.trim()), target: place, readOnly };
    case 'bind':
      return { type, source: source.trim(), target: place, readOnly, createSource: true };
    case 'tmpfs':
      return { type, target: place, ...size('sizeBytes', limit.trim()), ...(readOnly ? { options: 'ro' } : {}) };
  }
}

type Given<K extends string, T> = { [P in K]?: T };

function given<K extends string>(key: K, text: string): Given<K, string> {
  return text === '' ? {} : ({ [key]: text } as Given<K, string>);
}

function words<K extends string>(key: K, text: string): Given<K, string[]> {
  const list = splitWords(text) ?? [];
  return list.length === 0 ? {} : ({ [key]: list } as Given<K, string[]>);
}

function number<K extends string>(key: K, text: string): Given<K, number> {
  return text === '' ? {} : ({ [key]: Number(text) } as Given<K, number>);
}

function size<K extends string>(key: K, text: string): Given<K, number> {
  const bytes = tryParseSize(text);
  return bytes === undefined ? {} : ({ [key]: bytes } as Given<K, number>);
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(
    linesOf(text).map((line) => {
      const equals = line.indexOf('=');
      return equals === -1 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
}
