import type { BlockCounter, StatsSample } from './stats.ts';

/** `name value` lines, as in memory.stat, cpu.stat, memory.events. */
export function parseCounters(text: string): Map<string, number> {
  const counters = new Map<string, number>();
  for (const line of text.split('\n')) {
    const at = line.lastIndexOf(' ');
    if (at > 0) counters.set(line.slice(0, at), Number(line.slice(at + 1)));
  }
  return counters;
}

/** Sum over all devices of `MAJOR:MINOR Read|Write BYTES` lines (version 1). */
export function parseBlkio(text: string): { read: number; write: number } {
  const sum = { read: 0, write: 0 };
  for (const line of text.split('\n')) {
    const [, operation, bytes] = line.split(' ');
    if (operation === 'Read') sum.read += Number(bytes);
    if (operation === 'Write') sum.write += Number(bytes);
  }
  return sum;
}

/** Sum over all devices of `MAJOR:MINOR rbytes=N wbytes=N …` lines (version 2). */
export function parseIoStat(text: string): { read: number; write: number } {
  const sum = { read: 0, write: 0 };
  for (const field of text.split(/\s+/)) {
    const [name, value] = field.split('=');
    if (name === 'rbytes') sum.read += Number(value);
    if (name === 'wbytes') sum.write += Number(value);
  }
  return sum;
}

/** Each `MAJOR:MINOR Operation N` line (version 1), the totals included. */
export function parseBlkioEntries(text: string): BlockCounter[] {
  return text.split('\n').flatMap((line) => {
    const [, major, minor, op, value] = /^(\d+):(\d+) (\w+) (\d+)$/.exec(line) ?? [];
    return op === undefined ? [] : [{ major: Number(major), minor: Number(minor), op, value: Number(value) }];
  });
}

/** The named fields of each `MAJOR:MINOR name=N …` line (version 2). */
export function parseIoEntries(text: string, fields: Readonly<Record<string, string>>): BlockCounter[] {
  return text.split('\n').flatMap((line) => {
    const [, major, minor, rest = ''] = /^(\d+):(\d+) (.*)$/.exec(line) ?? [];
    if (major === undefined) return [];
    return rest.split(' ').flatMap((field) => {
      const [name = '', value] = field.split('=');
      const op = fields[name];
      return op === undefined ? [] : [{ major: Number(major), minor: Number(minor), op, value: Number(value) }];
    });
  });
}

/** Interfaces of a /proc/PID/net/dev file, without the loopback. */
export function parseNetDev(text: string): StatsSample['networks'] {
  const networks: StatsSample['networks'] = {};
  for (const line of text.split('\n').slice(2)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    if (colon < 0 || name === 'lo') continue;
    const fields = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(Number);
    const at = (index: number) => fields[index] ?? 0;
    networks[name] = {
      rxBytes: at(0),
      rxPackets: at(1),
      rxErrors: at(2),
      rxDropped: at(3),
      txBytes: at(8),
      txPackets: at(9),
      txErrors: at(10),
      txDropped: at(11),
    };
  }
  return networks;
}

/** Host time over all cpus from /proc/stat: user nice system idle iowait irq softirq steal, in ticks of 10 ms. */
export function parseSystemCpu(text: string): { systemCpuNs: number; onlineCpus: number } {
  let ticks = 0;
  let onlineCpus = 0;
  for (const line of text.split('\n')) {
    if (line.startsWith('cpu ')) {
      const fields = line.trim().split(/\s+/).slice(1, 9).map(Number);
      ticks = fields.reduce((sum, value) => sum + value, 0);
    } else if (/^cpu\d/.test(line)) onlineCpus++;
  }
  return { systemCpuNs: ticks * 1e7, onlineCpus };
}

/** `max` and the huge number of version 1 both mean the memory of the machine. */
export function parseLimit(text: string, totalBytes: number): number {
  const value = Number(text.trim());
  return Number.isFinite(value) && value > 0 ? Math.min(value, totalBytes) : totalBytes;
}

export function parseMemTotal(meminfo: string): number {
  return Number(/^MemTotal:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024;
}
