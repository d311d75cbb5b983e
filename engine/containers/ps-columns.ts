import { EngineError } from '../errors/index.ts';
import type { ProcessInfo } from '../runtime/runtime.ts';

/** What some columns compare with. */
interface PsFacts {
  now: Date;
  memoryBytes: number;
}

interface Column {
  title: string;
  value(process: ProcessInfo, facts: PsFacts): string | number;
}

const two = (number: number): string => String(Math.floor(number)).padStart(2, '0');
const kib = (bytes: number): number => Math.floor(bytes / 1024);
const secondsOf = (process: ProcessInfo, { now }: PsFacts): number =>
  Math.max(0, Math.floor((now.getTime() - process.startedAt.getTime()) / 1000));
const cpuShare = (process: ProcessInfo, facts: PsFacts): number =>
  (process.cpuSeconds * 100) / Math.max(1, secondsOf(process, facts));
const month = (at: Date): string => at.toLocaleDateString('en', { month: 'short' }) + two(at.getDate());
const hour = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}`;

/** `[DD-]HH:MM:SS` */
function cpuTime(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const clock = [seconds / 3600 - days * 24, (seconds / 60) % 60, seconds % 60].map(two).join(':');
  return days > 0 ? `${two(days)}-${clock}` : clock;
}

/** `[[DD-]HH:]MM:SS` */
function elapsed(seconds: number): string {
  const full = cpuTime(seconds);
  return seconds < 3600 ? full.slice(3) : full;
}

/** The hour today, the day this year, else the year. */
function startTime(at: Date, now: Date): string {
  if (at.getFullYear() !== now.getFullYear()) return String(at.getFullYear());
  return at.toDateString() === now.toDateString() ? hour(at) : month(at);
}

const COLUMNS = {
  pid: { title: 'PID', value: ({ pid }) => pid },
  ppid: { title: 'PPID', value: ({ ppid }) => ppid },
  pgid: { title: 'PGID', value: ({ processGroup }) => processGroup },
  sid: { title: 'SID', value: ({ session }) => session },
  user: { title: 'USER', value: ({ user }) => user },
  uid: { title: 'UID', value: ({ uid }) => uid },
  group: { title: 'GROUP', value: ({ group }) => group },
  c: { title: 'C', value: (process, facts) => Math.floor(cpuShare(process, facts)) },
  pcpu: { title: '%CPU', value: (process, facts) => cpuShare(process, facts).toFixed(1) },
  pmem: { title: '%MEM', value: ({ rssBytes }, { memoryBytes }) => ((rssBytes * 100) / memoryBytes).toFixed(1) },
  vsz: { title: 'VSZ', value: ({ virtualBytes }) => kib(virtualBytes) },
  rss: { title: 'RSS', value: ({ rssBytes }) => kib(rssBytes) },
  tty: { title: 'TT', value: ({ tty }) => tty },
  stat: { title: 'STAT', value: ({ state }) => state },
  s: { title: 'S', value: ({ state }) => state.slice(0, 1) },
  stime: { title: 'STIME', value: ({ startedAt }, { now }) => startTime(startedAt, now) },
  start: {
    title: 'START',
    value: ({ startedAt }, { now }) => (now.getTime() - startedAt.getTime() > 86_400_000 ? month : hour)(startedAt),
  },
  etime: { title: 'ELAPSED', value: (process, facts) => elapsed(secondsOf(process, facts)) },
  etimes: { title: 'ELAPSED', value: secondsOf },
  time: { title: 'TIME', value: ({ cpuSeconds }) => cpuTime(cpuSeconds) },
  bsdtime: { title: 'TIME', value: ({ cpuSeconds }) => `${Math.floor(cpuSeconds / 60)}:${two(cpuSeconds % 60)}` },
  ni: { title: 'NI', value: ({ niceness }) => niceness },
  pri: { title: 'PRI', value: ({ priority }) => 39 - priority },
  nlwp: { title: 'NLWP', value: ({ threads }) => threads },
  comm: { title: 'COMMAND', value: ({ name }) => name },
  args: { title: 'COMMAND', value: ({ command }) => command },
} as const satisfies Record<string, Column>;

type Key = keyof typeof COLUMNS;

/** The other names of ps(1), and those that change the title. */
const ALIASES: Readonly<Record<string, Key | [Key, string]>> = {
  pgrp: ['pgid', 'PGRP'],
  session: ['sid', 'SESS'],
  uname: 'user',
  euser: ['user', 'EUSER'],
  euid: ['uid', 'EUID'],
  egroup: ['group', 'EGROUP'],
  '%cpu': 'pcpu',
  '%mem': 'pmem',
  vsize: 'vsz',
  rssize: 'rss',
  rsz: ['rss', 'RSZ'],
  tt: 'tty',
  tname: ['tty', 'TTY'],
  state: 's',
  start_time: ['stime', 'START'],
  cputime: 'time',
  nice: 'ni',
  thcount: ['nlwp', 'THCNT'],
  ucmd: ['comm', 'CMD'],
  ucomm: 'comm',
  cmd: ['args', 'CMD'],
  command: 'args',
};

const FULL = 'euser=UID pid ppid c stime tname time cmd';
const BSD = 'user pid pcpu pmem vsz rss tname stat start bsdtime args';
const SIMPLE = 'pid tname time ucmd';
const BSD_SIMPLE = 'pid tname stat bsdtime args';

/**
 * The table that these arguments of ps(1) ask for. Which processes is settled, so what selects them is accepted and ignored.
 * The host's ps is not run: with some of its options it shows what others keep secret.
 *
 * @throws EngineError `invalid_argument` for arguments that are not of this small language, or a table without PID
 */
export function psTable(
  processes: readonly ProcessInfo[],
  psArgs: string,
  facts: PsFacts,
): { titles: string[]; processes: string[][] } {
  const columns = readColumns(psArgs);
  if (!columns.some((column) => column.title === 'PID')) throw refused("Couldn't find PID field in ps output", psArgs);
  return {
    titles: columns.map(({ title }) => title),
    processes: processes.map((process) => columns.map(({ value }) => String(value(process, facts)))),
  };
}

function readColumns(psArgs: string): Column[] {
  const words = psArgs.trim().split(/[\s]+/).filter(Boolean);
  const formats: string[] = [];
  let style = words.length === 0 ? FULL : SIMPLE;
  while (words.length > 0) {
    const word = words.shift() ?? '';
    const [, flags, rest = ''] = /^(-?[aAdexwf]*o)(.*)$/.exec(word) ?? [];
    const long = /^--format(?:=(.*))?$/.exec(word);
    if (flags !== undefined || long !== null) {
      const list = (long === null ? rest : (long[1] ?? '')) || words.shift();
      if (list === undefined) throw refused('ps: format specification must follow -o', psArgs);
      formats.push(...list.split(',').filter(Boolean));
    } else if (/^-[eAadxw]+$|^w+$/.test(word)) continue;
    else if (/^-[eAadxw]*f[eAadxw]*$/.test(word)) style = FULL;
    else if (/^(?:-?(?=.*u)[auxw]+)$/.test(word)) style = BSD;
    else if (/^[axw]+$/.test(word)) style = BSD_SIMPLE;
    else throw refused(`Davit does not support this argument of ps: ${word}`, psArgs);
  }
  return (formats.length > 0 ? formats : style.split(' ')).map((name) => toColumn(name, psArgs));
}

function toColumn(format: string, psArgs: string): Column {
  const [name = '', ownTitle] = format.split('=');
  const key = name.toLowerCase();
  const alias = ALIASES[key];
  const [known, title] = Array.isArray(alias) ? alias : [alias ?? key];
  if (!isKey(known)) throw refused(`ps: unknown user-defined format specifier "${name}"`, psArgs);
  return { ...COLUMNS[known], title: ownTitle ?? title ?? COLUMNS[known].title };
}

function isKey(name: string): name is Key {
  return Object.hasOwn(COLUMNS, name);
}

function refused(message: string, psArgs: string): EngineError {
  return new EngineError('invalid_argument', message, { reason: 'ps_args', field: 'psArgs', psArgs });
}
