import { posix } from 'node:path';
import { EngineError } from '../errors/index.ts';
import { parseSignal } from '../kernel/index.ts';
import type { ProcessConfig } from '../oci/index.ts';
import { expandWord } from './expand-word.ts';

const SHELL = ['/bin/sh', '-c'];
const DURATION_NS: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

type Instruction = (config: ProcessConfig, text: string) => ProcessConfig;

const INSTRUCTIONS: Record<string, Instruction> = {
  CMD: (config, text) => ({ ...config, Cmd: commandOf(config, text) }),
  // A new entrypoint starts without arguments, as in a Dockerfile.
  ENTRYPOINT: ({ Cmd: _, ...config }, text) => ({ ...config, Entrypoint: commandOf(config, text) }),
  ENV: (config, text) => ({ ...config, Env: withVariables(config.Env ?? [], pairsOf('ENV', text, config.Env)) }),
  EXPOSE: (config, text) => ({
    ...config,
    ExposedPorts: { ...config.ExposedPorts, ...emptyValues(wordsOf(text, config.Env).flatMap(portsOf)) },
  }),
  LABEL: (config, text) => ({
    ...config,
    Labels: { ...config.Labels, ...Object.fromEntries(pairsOf('LABEL', text, config.Env)) },
  }),
  ONBUILD: (config, text) => ({ ...config, OnBuild: [...(config.OnBuild ?? []), text] }),
  STOPSIGNAL: (config, text) => ({ ...config, StopSignal: signalOf(singleWord('STOPSIGNAL', text, config.Env)) }),
  USER: (config, text) => ({ ...config, User: singleWord('USER', text, config.Env) }),
  VOLUME: (config, text) => ({
    ...config,
    Volumes: { ...config.Volumes, ...emptyValues(tryParseList(text) ?? wordsOf(text, config.Env)) },
  }),
  WORKDIR: (config, text) => ({
    ...config,
    WorkingDir: posix.resolve('/', config.WorkingDir ?? '/', expandWord(text, config.Env)),
  }),
  HEALTHCHECK: (config, text) => ({ ...config, Healthcheck: healthcheckOf(text) }),
};

/**
 * Applies Dockerfile instructions to an image's configuration, as `docker import --change` and `docker commit` do.
 * Variables of the configuration are filled in where a Dockerfile does so.
 *
 * @throws EngineError `invalid_argument` (reason `change_invalid`) with Docker's wording
 */
export function applyImageChanges(config: ProcessConfig, changes: readonly string[]): ProcessConfig {
  const lines = changes.flatMap((change) => change.replace(/\\[ \t]*\r?\n/g, ' ').split(/\r?\n/));
  let changed = config;
  for (const line of lines.map((text) => text.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [, keyword = '', text = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
    const name = keyword.toUpperCase();
    const apply = Object.hasOwn(INSTRUCTIONS, name) ? INSTRUCTIONS[name] : undefined;
    if (apply === undefined) throw invalidChange(`${keyword.slice(0, 60)} is not a valid change command`);
    if (text === '') throw invalidChange(`${name} requires at least one argument`);
    changed = apply(changed, text);
  }
  return changed;
}

function commandOf(config: ProcessConfig, text: string): string[] {
  return tryParseList(text) ?? [...(config.Shell ?? SHELL), text];
}

/** The JSON form; anything else that begins with a bracket is a shell command, as in a Dockerfile. */
function tryParseList(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined;
  } catch {
    // Not JSON: `[ -f x ] && y` is a fine shell command.
    return undefined;
  }
}

const WORD = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs;

function rawWords(text: string): string[] {
  return text.match(WORD) ?? [];
}

function wordsOf(text: string, env: readonly string[] | undefined): string[] {
  return rawWords(text).map((word) => expandWord(word, env));
}

function pairsOf(name: string, text: string, env: readonly string[] | undefined): [string, string][] {
  const unquote = (word: string): string => expandWord(word, env);
  const words = rawWords(text);
  const [first = ''] = words;
  if (!first.includes('=')) {
    // The old form: one name, then everything else as it stands.
    const value = text.slice(text.indexOf(first) + first.length).trim();
    if (first === '' || value === '') throw invalidChange(`${name} must have two arguments`);
    return [[unquote(first), unquote(value)]];
  }
  return words.map((word) => {
    const equals = word.indexOf('=');
    if (equals < 0) throw invalidChange(`Syntax error - can't find = in "${word}". Must be of the form: name=value`);
    const key = unquote(word.slice(0, equals));
    if (key === '') throw invalidChange(`${name} names can not be blank`);
    return [key, unquote(word.slice(equals + 1))];
  });
}

function withVariables(env: readonly string[], pairs: [string, string][]): string[] {
  const changed = [...env];
  for (const [key, value] of pairs) {
    const at = changed.findIndex((entry) => entry.startsWith(`${key}=`));
    if (at < 0) changed.push(`${key}=${value}`);
    else changed[at] = `${key}=${value}`;
  }
  return changed;
}

function portsOf(word: string): string[] {
  const [, from = '', to = from, protocol = 'tcp'] = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i.exec(word) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === '' || first < 1 || last > 65535 || last < first) throw invalidChange(`Invalid containerPort: ${word}`);
  return Array.from({ length: last - first + 1 }, (_, offset) => `${first + offset}/${protocol.toLowerCase()}`);
}

function emptyValues(keys: readonly string[]): Record<string, object> {
  return Object.fromEntries(keys.map((key) => [key, {}]));
}

function singleWord(name: string, text: string, env: readonly string[] | undefined): string {
  const [word = '', ...more] = wordsOf(text, env);
  if (word === '' || more.length > 0) throw invalidChange(`${name} requires exactly one argument`);
  return word;
}

/** @throws EngineError `invalid_argument` "invalid signal: NOPE" */
function signalOf(text: string): string {
  parseSignal(text);
  return text;
}

const HEALTH_FLAGS = {
  interval: 'Interval',
  timeout: 'Timeout',
  'start-period': 'StartPeriod',
  'start-interval': 'StartInterval',
} as const;

function healthcheckOf(text: string): NonNullable<ProcessConfig['Healthcheck']> {
  const check: NonNullable<ProcessConfig['Healthcheck']> = {};
  let rest = text;
  for (let flag = /^--([a-z-]+)=(\S+)\s*/.exec(rest); flag !== null; flag = /^--([a-z-]+)=(\S+)\s*/.exec(rest)) {
    const [whole, name = '', value = ''] = flag;
    rest = rest.slice(whole.length);
    if (name === 'retries' && /^\d+$/.test(value)) check.Retries = Number(value);
    else if (Object.hasOwn(HEALTH_FLAGS, name))
      check[HEALTH_FLAGS[name as keyof typeof HEALTH_FLAGS]] = durationNs(value);
    else throw invalidChange(`Unknown flag: ${name}`);
  }
  const [, type = '', command = ''] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
  if (type.toUpperCase() === 'NONE' && command === '') return { Test: ['NONE'] };
  if (type.toUpperCase() !== 'CMD')
    throw invalidChange(`Unknown type "${type.toUpperCase()}" in HEALTHCHECK (try CMD)`);
  if (command === '') throw invalidChange('Missing command after HEALTHCHECK CMD');
  const list = tryParseList(command);
  return { ...check, Test: list === undefined ? ['CMD-SHELL', command] : ['CMD', ...list] };
}

/** Go's notation: `1m30s`. */
function durationNs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw invalidChange(`time: invalid duration "${text}"`);
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (DURATION_NS[unit ?? ''] ?? 0), 0);
}

function invalidChange(message: string): EngineError {
  return new EngineError('invalid_argument', message, { reason: 'change_invalid' });
}
