import type { ProcessInfo } from '#engine/runtime/index.ts';
import { badRequest } from '../docker-error.ts';

interface Column {
  title: string;
  value(process: ProcessInfo, now: Date): string;
}

const SHORT_DAY_MS = 24 * 3_600_000;

function clock(at: Date, now: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  if (now.getTime() - at.getTime() < SHORT_DAY_MS) return `${two(at.getHours())}:${two(at.getMinutes())}`;
  return at.toLocaleDateString('en', { month: 'short', day: '2-digit' }).replace(' ', '');
}

function cpuTime(seconds: number): string {
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}

function cpuPercent({ cpuSeconds, startedAt }: ProcessInfo, now: Date): string {
  const lived = Math.max(1, (now.getTime() - startedAt.getTime()) / 1000);
  return ((cpuSeconds / lived) * 100).toFixed(1);
}

/** The name of the program, without its folder and arguments. */
function programOf(command: string): string {
  const [first = ''] = command.split(' ');
  return first.slice(first.lastIndexOf('/') + 1).slice(0, 15);
}

const pid: Column = { title: 'PID', value: (process) => String(process.pid) };
const ppid: Column = { title: 'PPID', value: (process) => String(process.ppid) };
const user: Column = { title: 'USER', value: (process) => process.user };
const time: Column = { title: 'TIME', value: (process) => cpuTime(process.cpuSeconds) };
const start: Column = { title: 'START', value: (process, now) => clock(process.startedAt, now) };
const stat: Column = { title: 'STAT', value: (process) => process.state };
const rss: Column = { title: 'RSS', value: (process) => String(Math.floor(process.rssBytes / 1024)) };
const percent: Column = { title: '%CPU', value: cpuPercent };
const command: Column = { title: 'COMMAND', value: (process) => process.command };
const name: Column = { title: 'COMMAND', value: (process) => programOf(process.command) };
const tty: Column = { title: 'TTY', value: () => '?' };
const titled = (column: Column, title: string): Column => ({ ...column, title });

/** What `-o` may name, with the titles ps(1) gives them. */
const BY_NAME: Readonly<Record<string, Column>> = {
  pid,
  ppid,
  user,
  uname: user,
  euser: titled(user, 'EUSER'),
  uid: titled(user, 'UID'),
  time,
  cputime: time,
  start,
  stime: titled(start, 'STIME'),
  stat,
  state: titled(stat, 'S'),
  s: titled(stat, 'S'),
  rss,
  rssize: rss,
  pcpu: percent,
  '%cpu': percent,
  comm: name,
  ucmd: titled(name, 'CMD'),
  args: command,
  command,
  cmd: titled(command, 'CMD'),
  tty: titled(tty, 'TT'),
  tname: tty,
};

const FULL = [
  titled(user, 'UID'),
  pid,
  ppid,
  { title: 'C', value: (process: ProcessInfo, now: Date) => String(Math.floor(Number(cpuPercent(process, now)))) },
  titled(start, 'STIME'),
  tty,
  time,
  titled(command, 'CMD'),
];
const BSD = [user, pid, percent, rss, tty, stat, start, time, command];
const SHORT = [pid, tty, time, titled(name, 'CMD')];

/**
 * The columns that options of ps(1) ask for, without asking ps: some of its options would show what others keep secret.
 * @throws EngineError `invalid_argument` for options that are not in this small language
 */
function readColumns(options: string): Column[] {
  const words = options
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  const fields = /(?:^|\s)-?[aexA]*o\s*([\w%,]+)/.exec(options)?.[1];
  if (fields !== undefined) {
    return fields.split(',').map((field) => {
      const column = BY_NAME[field.toLowerCase()];
      if (column === undefined) throw badRequest(`ps: unknown user-defined format specifier "${field}"`, 'ps_args');
      return column;
    });
  }
  if (words.every((word) => /^-[eA]*f[eA]*$/.test(word))) return FULL;
  if (words.every((word) => /^-?(?:aux|ax?u|u)w*$/.test(word))) return BSD;
  if (words.every((word) => /^-?(?:e|A|a|x|ax)$/.test(word))) return SHORT;
  throw badRequest(`Davit does not support these options of ps: ${options}`, 'ps_args');
}

/** The answer of `top`. */
export function toTop(processes: readonly ProcessInfo[], options: string, now: Date) {
  const columns = readColumns(options);
  return {
    Titles: columns.map(({ title }) => title),
    Processes: processes.map((process) => columns.map(({ value }) => value(process, now))),
  };
}
