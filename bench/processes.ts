// The processes of an engine, and what they use.
import { readdirSync, readFileSync } from 'node:fs';
import type { BenchEngine } from './engines.ts';

/** utime, stime, cutime and cstime of proc(5), counted from the state on. */
const CPU_FIELDS = [11, 12, 13, 14];
/** USER_HZ is 100 on Linux. */
const MS_PER_TICK = 10;

/** The server, what descends from it, and the shims that left it. */
export function processesOf(engine: BenchEngine): Set<number> {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: parentOf(name), command: readOptional(`/proc/${name}/cmdline`) }));
  const own = new Set<number>([engine.pid()]);
  for (const { pid, command } of all) if (command.includes(engine.root)) own.add(pid);
  // Only of the server itself: children of a shim are the container.
  const shims = new Set([...own].filter((pid) => isShim(all.find((found) => found.pid === pid)?.command ?? '')));
  for (let size = 0; size !== own.size; ) {
    size = own.size;
    for (const { pid, parent } of all) if (own.has(parent) && !shims.has(parent)) own.add(pid);
  }
  return own;
}

function isShim(command: string): boolean {
  return /^[^\0]*shim/.test(command);
}

function parentOf(pid: string): number {
  return Number(statOf(pid)[1] ?? 0);
}

/** What follows the name, which may have spaces in it. */
function statOf(pid: string): string[] {
  const line = readOptional(`/proc/${pid}/stat`);
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
}

/** Milliseconds of processor time that these and their ended children have used. */
export function cpuOf(pids: Iterable<number>): number {
  let ticks = 0;
  for (const pid of pids) {
    const fields = statOf(String(pid));
    for (const field of CPU_FIELDS) ticks += Number(fields[field] ?? 0);
  }
  return ticks * MS_PER_TICK;
}

/** MB of proportional set size. */
export function pssOf(pid: number): number {
  const [, kib = '0'] = /^Pss:\s+(\d+)/m.exec(readOptional(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(kib) / 1024;
}

/** MB in memory, shared ones too: cheap to ask again and again, while a proportional sum holds the process up. */
export function residentOf(pid: number): number {
  const [, kib = '0'] = /^VmRSS:\s+(\d+)/m.exec(readOptional(`/proc/${pid}/status`)) ?? [];
  return Number(kib) / 1024;
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended between the listing and the look.
    return '';
  }
}
