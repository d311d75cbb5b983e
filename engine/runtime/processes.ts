import { readFileSync } from 'node:fs';
import { errnoOf } from '../errors/index.ts';
import type { ProcessInfo } from './runtime.ts';

const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;
/** The time of the boot is told in whole seconds and moves with the clock of the host. */
const BOOT_TIME_STEP_MS = 1_500;

interface ProcStat {
  name: string;
  state: string;
  ppid: number;
  processGroup: number;
  session: number;
  ttyNumber: number;
  /** Process group in the foreground of the terminal, -1 without one. */
  foreground: number;
  cpuTicks: number;
  priority: number;
  niceness: number;
  threads: number;
  startTicks: bigint;
  virtualBytes: number;
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
    processGroup: Number(fields[2]),
    session: Number(fields[3]),
    ttyNumber: Number(fields[4]),
    foreground: Number(fields[5]),
    cpuTicks: Number(fields[11]) + Number(fields[12]),
    priority: Number(fields[15]),
    niceness: Number(fields[16]),
    threads: Number(fields[17]),
    startTicks: BigInt(start),
    virtualBytes: Number(fields[20]),
    rssPages: Number(fields[21]),
  };
}

/** Undefined when there is no such process. */
export function readStat(pid: number): ProcStat | undefined {
  const text = tryReadProc(`/proc/${pid}/stat`);
  return text === undefined ? undefined : tryParseStat(text);
}

/**
 * Kills exactly this process of an exec session with all it has started, as long as those are in its group.
 * The runtime makes each session a group of its own; with crun its leader is a helper that has gone by then, so the group
 * is read and not taken to be the pid. Of one that has ended nothing is signalled: its pid may be somebody else's.
 */
export function killSession(pid: number, startTicks: bigint): void {
  const stat = readStat(pid);
  if (stat === undefined || stat.startTicks !== startTicks) return;
  for (const target of [-stat.processGroup, pid].filter((one) => Math.abs(one) > 1)) {
    try {
      process.kill(target, 'SIGKILL');
    } catch (error) {
      if (errnoOf(error) !== 'ESRCH') throw error;
    }
  }
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

/** Signals the process of this pid that started then, as `readProcesses` tells it. False when that one has ended. */
export function signalIfStarted(pid: number, startedAt: Date, signal: number): boolean {
  const stat = readStat(pid);
  if (stat === undefined) return false;
  const apartMs = Math.abs(startOf(stat, readBootSeconds()).getTime() - startedAt.getTime());
  return apartMs <= BOOT_TIME_STEP_MS && signalIfSame(pid, stat.startTicks, signal);
}

/** What `top` shows of these processes, in the names of the host's users; those that end meanwhile are left out. */
export function readProcesses(pids: readonly number[]): ProcessInfo[] {
  const bootSeconds = readBootSeconds();
  const users = parseUserNames(tryReadProc('/etc/passwd') ?? '');
  const groups = parseUserNames(tryReadProc('/etc/group') ?? '');
  return [...pids]
    .sort((a, b) => a - b)
    .flatMap((pid) => {
      const stat = readStat(pid);
      const status = tryReadProc(`/proc/${pid}/status`);
      if (stat === undefined || status === undefined) return [];
      const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? '0';
      const gid = /^Gid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? '0';
      const command = (tryReadProc(`/proc/${pid}/cmdline`) ?? '').replace(/\0+$/, '').replaceAll('\0', ' ');
      return {
        pid,
        ppid: stat.ppid,
        user: users.get(uid) ?? uid,
        uid: Number(uid),
        group: groups.get(gid) ?? gid,
        cpuSeconds: stat.cpuTicks / TICKS_PER_SECOND,
        rssBytes: stat.rssPages * PAGE_BYTES,
        startedAt: startOf(stat, bootSeconds),
        state: stateSigns(pid, stat),
        name: stat.name,
        tty: ttyName(stat.ttyNumber),
        virtualBytes: stat.virtualBytes,
        processGroup: stat.processGroup,
        session: stat.session,
        threads: stat.threads,
        niceness: stat.niceness,
        priority: stat.priority,
        command: command === '' ? `[${stat.name}]` : command,
      };
    });
}

function readBootSeconds(): number {
  return Number(/^btime (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? 0);
}

function startOf(stat: ProcStat, bootSeconds: number): Date {
  return new Date((bootSeconds + Number(stat.startTicks) / TICKS_PER_SECOND) * 1000);
}

/** The letter of the state and what ps(1) adds: priority, leader of a session, threads, foreground of its terminal. */
function stateSigns(pid: number, stat: ProcStat): string {
  return [
    stat.state,
    stat.niceness < 0 ? '<' : stat.niceness > 0 ? 'N' : '',
    stat.session === pid ? 's' : '',
    stat.threads > 1 ? 'l' : '',
    stat.foreground === stat.processGroup ? '+' : '',
  ].join('');
}

/** Device numbers of terminals: 136–143 are pts, 4 the consoles. */
export function ttyName(device: number): string {
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${minor + (major - 136) * 256}`;
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`;
  return '?';
}

/** Names by number, of a passwd or group file. */
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
