import { tryParseSize } from './parse-size.ts';

/**
 * Entries of several parts, written as `docker run` takes them: each has a parser, undefined for what cannot be read, and
 * a writer, and a text written by the one is read by the other as what it was.
 */

const MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `30s`, `1m30s`, `500ms`; a bare number counts seconds. Milliseconds. */
export function tryParseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1_000;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|h|m|s))+$/.test(trimmed)) return undefined;
  let total = 0;
  for (const [, value, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)) {
    total += Number(value) * MS[unit as keyof typeof MS];
  }
  return total;
}

export function formatMs(ms: number): string {
  if (ms % 1_000 !== 0) return `${ms}ms`;
  const parts = [
    [Math.floor(ms / MS.h), 'h'],
    [Math.floor((ms % MS.h) / MS.m), 'm'],
    [(ms % MS.m) / MS.s, 's'],
  ] as const;
  return parts.flatMap(([value, unit]) => (value === 0 ? [] : [`${value}${unit}`])).join('') || '0s';
}

/** Bytes as the shortest text that means exactly as many. */
export function formatSize(bytes: number): string {
  for (const [unit, power] of [
    ['g', 3],
    ['m', 2],
    ['k', 1],
  ] as const) {
    if (bytes >= 1024 ** power && bytes % 1024 ** power === 0) return `${bytes / 1024 ** power}${unit}`;
  }
  return String(bytes);
}

interface Device {
  source: string;
  target: string;
  permissions: string;
}

/** `HOST[:CONTAINER[:rwm]]` */
export function tryParseDevice(text: string): Device | undefined {
  const [source = '', second, third, ...more] = text.split(':');
  if (more.length > 0 || !source.startsWith('/')) return undefined;
  const isMode = (part: string | undefined) => part !== undefined && /^[rwm]{1,3}$/.test(part);
  if (second === undefined) return { source, target: source, permissions: 'rwm' };
  if (third === undefined && isMode(second)) return { source, target: source, permissions: second };
  if (!second.startsWith('/') || (third !== undefined && !isMode(third))) return undefined;
  return { source, target: second, permissions: third ?? 'rwm' };
}

export function formatDevice({ source, target, permissions }: Device): string {
  const mode = permissions === 'rwm' ? '' : `:${permissions}`;
  return target === source ? `${source}${mode}` : `${source}:${target}${mode}`;
}

/** `PATH:10mb` or, with `plain`, `PATH:1000`. */
export function tryParseRate(text: string, plain: boolean): { path: string; rate: number } | undefined {
  const at = text.lastIndexOf(':');
  const path = text.slice(0, at);
  const value = text.slice(at + 1);
  const rate = plain ? (/^\d+$/.test(value) ? Number(value) : undefined) : tryParseSize(value);
  return path.startsWith('/') && rate !== undefined ? { path, rate } : undefined;
}

interface Ulimit {
  name: string;
  soft: number;
  hard: number;
}

/** `nofile=1024[:2048]` */
export function tryParseUlimit(text: string): Ulimit | undefined {
  const [, name = '', soft = '', hard = soft] = /^([a-z]+)=(-?\d+)(?::(-?\d+))?$/i.exec(text) ?? [];
  return name === '' ? undefined : { name, soft: Number(soft), hard: Number(hard) };
}

export function formatUlimit({ name, soft, hard }: Ulimit): string {
  return soft === hard ? `${name}=${soft}` : `${name}=${soft}:${hard}`;
}

interface Endpoint {
  network: string;
  aliases?: string[];
  ipv4?: string;
  ipv6?: string;
  mac?: string;
  priority?: number;
}

type Described = { [K in keyof Endpoint]: Readonly<Endpoint[K]> | undefined } & { network: string };

/** `back` or `name=back,alias=db,ip=10.0.0.5,ip6=…,mac-address=…,gw-priority=1`, as `--network` takes it. */
export function tryParseEndpoint(text: string): Endpoint | undefined {
  const [first = '', ...rest] = text.split(',').map((part) => part.trim());
  const endpoint: Endpoint = { network: first.startsWith('name=') ? first.slice(5) : first };
  if (endpoint.network === '' || endpoint.network.includes('=')) return undefined;
  const aliases: string[] = [];
  for (const part of rest) {
    const at = part.indexOf('=');
    const [key, value] = [part.slice(0, Math.max(at, 0)), part.slice(at + 1)];
    if (value === '') return undefined;
    if (key === 'alias') aliases.push(value);
    else if (key === 'ip') endpoint.ipv4 = value;
    else if (key === 'ip6') endpoint.ipv6 = value;
    else if (key === 'mac-address') endpoint.mac = value;
    else if (key === 'gw-priority' && /^-?\d+$/.test(value)) endpoint.priority = Number(value);
    else return undefined;
  }
  return aliases.length === 0 ? endpoint : { ...endpoint, aliases };
}

export function formatEndpoint({ network, aliases = [], ipv4, ipv6, mac, priority }: Described): string {
  const parts = [
    ...aliases.map((alias) => `alias=${alias}`),
    ...(ipv4 === undefined ? [] : [`ip=${ipv4}`]),
    ...(ipv6 === undefined ? [] : [`ip6=${ipv6}`]),
    ...(mac === undefined ? [] : [`mac-address=${mac}`]),
    ...(priority === undefined ? [] : [`gw-priority=${priority}`]),
  ];
  return parts.length === 0 ? network : [`name=${network}`, ...parts].join(',');
}

/** `8080` or `8000-8010`. */
export function tryParsePortRange(text: string): { first: number; last: number | undefined } | undefined {
  const [, from = '', to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const [first, last] = [Number(from), to === undefined ? undefined : Number(to)];
  const isPort = (port: number) => port >= 1 && port <= 65_535;
  if (!isPort(first) || (last !== undefined && (!isPort(last) || last < first))) return undefined;
  return { first, last };
}
