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
import { tryParseMountOptions } from './mount-options.ts';
import {
  tryParseDevice,
  tryParseDuration,
  tryParseEndpoint,
  tryParsePortRange,
  tryParseRate,
  tryParseUlimit,
} from './parse-entries.ts';
import { tryParseSize } from './parse-size.ts';
import { isPortSet, linesOf } from './run-options.ts';
import { splitWords } from './split-words.ts';
import { tryParseWordList } from './word-list.ts';

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
  if (form.noHealthcheck && form.healthCmd.trim() !== '') problems['healthCmd'] = 'health_contradiction';
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
  const entries = ENTRIES[key];
  if (entries !== undefined && !linesOf(text).every(entries.fits)) return entries.problem;
  switch (FIELDS[key].kind) {
    case 'words':
      return splitWords(text) === undefined ? 'quote' : undefined;
    case 'path':
      return text.startsWith('/') ? undefined : 'absolute';
    case 'pairs':
      return linesOf(text).every((line) => !line.startsWith('=')) ? undefined : 'variable';
    case 'size': {
      if (key === 'memorySwap' && text === '-1') return undefined;
      const bytes = tryParseSize(text);
      if (bytes === undefined) return 'size';
      return key === 'memory' && bytes > 0 && bytes < LEAST_MEMORY ? 'memory_too_small' : undefined;
    }
    case 'count':
      return /^(?:-1|\d{1,9})$/.test(text) ? undefined : 'number';
    case 'number':
      return /^\d+(?:\.\d+)?$/.test(text) ? undefined : 'number';
    case 'integer':
      return /^-?\d{1,9}$/.test(text) ? undefined : 'number';
    case 'duration':
      return tryParseDuration(text) === undefined ? 'duration' : undefined;
    case 'word':
      if (key === 'ip' || key === 'ip6') return ADDRESS.test(text) ? undefined : 'invalid_address';
      if (key === 'macAddress') return MAC.test(text) ? undefined : 'invalid_mac';
      return key === 'healthCmd' && text.startsWith('[') && tryParseWordList(text) === undefined ? 'quote' : undefined;
    case 'choice':
    case 'lines':
      return undefined;
  }
}

const EXPOSED = /^\d{1,5}(?:\/(?:tcp|udp))?$/;
const MAC = /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i;

/** How one line of a field has to look, and what is said otherwise. */
const ENTRIES: Partial<Record<TextKey, { fits: (line: string) => boolean; problem: string }>> = {
  expose: { fits: (line) => EXPOSED.test(line), problem: 'expose_line' },
  ulimits: { fits: (line) => tryParseUlimit(line) !== undefined, problem: 'ulimit_line' },
  devices: { fits: (line) => tryParseDevice(line) !== undefined, problem: 'device_line' },
  blkioWeightDevices: { fits: (line) => tryParseRate(line, true) !== undefined, problem: 'rate_line' },
  readBps: { fits: (line) => tryParseRate(line, false) !== undefined, problem: 'rate_line' },
  writeBps: { fits: (line) => tryParseRate(line, false) !== undefined, problem: 'rate_line' },
  readIops: { fits: (line) => tryParseRate(line, true) !== undefined, problem: 'rate_line' },
  writeIops: { fits: (line) => tryParseRate(line, true) !== undefined, problem: 'rate_line' },
  moreNetworks: { fits: (line) => tryParseEndpoint(line) !== undefined, problem: 'endpoint_line' },
};

function checkPort(row: PortRow, earlier: readonly PortRow[]): string | undefined {
  if (!isPort(row.containerPort)) return 'port_range';
  if (row.hostPort.trim() !== '' && tryParsePortRange(row.hostPort) === undefined) return 'port_range';
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
    one.hostPort.trim() === other.hostPort.trim() &&
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
  return tryParseMountOptions(row) === undefined ? 'mount_options' : undefined;
}

function cleanPath(path: string): string {
  return `/${path.split('/').filter(Boolean).join('/')}`.trim();
}
