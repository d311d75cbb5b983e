import {
  type CreateForm,
  FIELD_KEYS,
  type FIELDS,
  fieldSpec,
  isSwitch,
  type MountRow,
  type PortRow,
  type Section,
} from './create-form.ts';
import { parsePair } from './pair-lines.ts';
import { quoteWord } from './quote-word.ts';
import { splitWords } from './split-words.ts';
import { looksSecret } from './view-model.ts';
import { tryParseWordList } from './word-list.ts';

/** One option of `docker run` that the form sets; a switch has no value. */
interface RunOption {
  section: Section;
  flag: string;
  value?: string;
}

/** The set options in the order of the form; half-typed values stand as they are. */
export function runOptions(form: CreateForm): RunOption[] {
  return [
    ...(form.name.trim() === '' ? [] : [{ section: 'image', flag: '--name', value: form.name.trim() } as const]),
    ...form.ports.filter(isPortSet).map((row) => ({ section: 'ports', flag: '-p', value: portOf(row) }) as const),
    ...form.env
      .filter(({ name }) => name.trim() !== '')
      .map(({ name, value }) => {
        const assignment = looksSecret(name) ? name.trim() : `${name.trim()}=${value}`;
        return { section: 'env', flag: '-e', value: assignment } as const;
      }),
    ...form.mounts.filter(({ target }) => target.trim() !== '').map(mountOf),
    ...choicesOf(form),
    ...FIELD_KEYS.flatMap((key) => fieldOptions(form, key)),
  ];
}

/** The mode as a request names it: a network, `host`, `none` or `container:NAME`. */
export function networkOf(form: CreateForm): string {
  return form.network === 'container:' ? `container:${form.networkContainer.trim()}` : form.network;
}

export function isPortSet({ hostAddress, hostPort, containerPort }: PortRow): boolean {
  return [hostAddress, hostPort, containerPort].some((text) => text.trim() !== '');
}

function portOf({ hostAddress, hostPort, containerPort, protocol }: PortRow): string {
  const address = hostAddress.trim();
  const host = address === '' ? '' : `${address.includes(':') ? `[${address}]` : address}:`;
  const published = host === '' && hostPort.trim() === '' ? '' : `${host}${hostPort.trim()}:`;
  return `${published}${containerPort.trim()}${protocol === 'udp' ? '/udp' : ''}`;
}

function mountOf(row: MountRow): RunOption {
  const [source, target] = [row.source.trim(), row.target.trim()];
  const ending = row.readOnly ? ':ro' : '';
  const further = row.options.trim();
  if (row.type === 'tmpfs') {
    const options = [
      ...(row.readOnly ? ['ro'] : []),
      ...(row.size.trim() === '' ? [] : [`size=${row.size.trim()}`]),
      ...(further === '' ? [] : [further]),
    ];
    const value = options.length === 0 ? target : `${target}:${options.join(',')}`;
    return { section: 'storage', flag: '--tmpfs', value };
  }
  if (further !== '') {
    // A missing folder is no reason for `-v` to refuse, but for `--mount` it is.
    const words = further.split(',').filter((word) => word.trim() !== 'must-exist');
    const parts = [
      `type=${row.type}`,
      ...(source === '' ? [] : [`src=${source}`]),
      `dst=${target}`,
      ...(row.readOnly ? ['readonly'] : []),
      ...words.map((word) => (word.trim() === 'nocopy' ? 'volume-nocopy' : word.trim())),
    ];
    return { section: 'storage', flag: '--mount', value: parts.join(',') };
  }
  return { section: 'storage', flag: '-v', value: `${source === '' ? '' : `${source}:`}${target}${ending}` };
}

function choicesOf(form: CreateForm): RunOption[] {
  const network = networkOf(form);
  const retries = form.maxRetries.trim();
  const restart = form.restart === 'on-failure' && retries !== '' ? `on-failure:${retries}` : form.restart;
  return [
    ...(network === 'bridge' ? [] : [{ section: 'network', flag: '--network', value: network } as const]),
    ...(restart === 'no' ? [] : [{ section: 'restart', flag: '--restart', value: restart } as const]),
  ];
}

function fieldOptions(form: CreateForm, key: keyof typeof FIELDS): RunOption[] {
  const { section, kind, flag } = fieldSpec(key);
  if (flag === undefined) return [];
  if (isSwitch(key)) return form[key] ? [{ section, flag }] : [];
  const text = form[key].trim();
  if (text === '') return [];
  if (key === 'healthCmd' && text.startsWith('[')) {
    const words = tryParseWordList(text) ?? [text];
    return [{ section, flag, value: words.map(quoteWord).join(' ') }];
  }
  if (key === 'entrypoint') return [{ section, flag, value: (splitWords(text) ?? [text])[0] ?? '' }];
  const values = kind === 'lines' ? linesOf(text) : kind === 'pairs' ? linesOf(text).map(plainPair) : [text];
  return values.map((value) => ({ section, flag, value: kind === 'size' ? value.replace(/\s+/g, '') : value }));
}

/** Words after the image: what follows the first word of an entrypoint, then the command. */
export function runArguments(form: CreateForm): string[] {
  const [, ...rest] = splitWords(form.entrypoint) ?? [];
  return [...rest, ...(splitWords(form.command) ?? [form.command])];
}

/** As the CLI takes it: the shell's quotes, not those of the line. */
function plainPair(line: string): string {
  const [key, value] = parsePair(line);
  return line.includes('=') ? `${key}=${value}` : key;
}

export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
