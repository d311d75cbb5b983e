import { readFileSync } from 'node:fs';
import { errnoOf } from '../errors/index.ts';
import type { ProcessInfo } from './runtime.ts';

const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

interface ProcStat {
  name: string;
  state: string;
  ppid: number;
  cpuTicks: number;
  startTicks: bigint;
  rssPages: number;
}

/** A /proc/PID/stat line; the name may hold blanks and brackets, so the fields count from the last one. */
export function tryParseStat(text: string): ProcStat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const [state, ppid] = fields;
  const start = fields[19];
  if (open < 0 || close < open || state === undefined || start === undefined) return undefined;
  return {
    name: text.slice(open + 1, close),
    state,
    ppid: Number(ppid),
    cpuTicks: Number(fields[11]) + Number(fields[12]),
    startTicks: BigInt(start),
    rssPages: Number(fields[21]),
  };
}

/** Undefined when there is no such process. */
export function readStat(pid: number): ProcStat | undefined {
  const text = tryReadProc(`/proc/${pid}/stat`);
  return text === undefined ? undefined : tryParseStat(text);
}

/** The same process still runs: a pid alone may have been given to another one. A zombie has ended. */
export function isAlive(pid: number, startTicks: bigint): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.startTicks === startTicks && stat.state !== 'Z' && stat.state !== 'X';
}

/** Signals exactly this process. False when it has ended. */
export function signalIfSame(pid: number, startTicks: bigint, signal: number | NodeJS.Signals): boolean {
  if (!isAlive(pid, startTicks)) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return false;
    throw error;
  }
}

/** What `top` shows of these processes, in the names of the host's users; those that end meanwhile are left out. */
export function readProcesses(pids: readonly number[]): ProcessInfo[] {
  const bootSeconds = Number(/^btime (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? 0);
  const users = parseUserNames(tryReadProc('/etc/passwd') ?? '');
  return [...pids]
    .sort((a, b) => a - b)
    .flatMap((pid) => {
      const stat = readStat(pid);
      const status = tryReadProc(`/proc/${pid}/status`);
      if (stat === undefined || status === undefined) return [];
      const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? '0';
      const command = (tryReadProc(`/proc/${pid}/cmdline`) ?? '').replace(/\0+$/, '').replaceAll('\0', ' ');
      return {
        pid,
        ppid: stat.ppid,
        user: users.get(uid) ?? uid,
        cpuSeconds: stat.cpuTicks / TICKS_PER_SECOND,
        rssBytes: stat.rssPages * PAGE_BYTES,
        startedAt: new Date((bootSeconds + Number(stat.startTicks) / TICKS_PER_SECOND) * 1000),
        state: stat.state,
        command: command === '' ? `[${stat.name}]` : command,
      };
    });
}

export function parseUserNames(passwd: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const line of passwd.split('\n')) {
    const [name, , uid] = line.split(':');
    if (name && uid && !names.has(uid)) names.set(uid, name);
  }
  return names;
}

function tryReadProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
