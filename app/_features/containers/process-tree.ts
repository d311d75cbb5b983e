/** As far as its place in the tree goes. */
interface Process {
  pid: number;
  ppid: number;
  cpuSeconds: number;
}

/** Each under the one that started it, in the order of their pids; what somebody outside started stands at the left. */
export function toProcessTree<P extends Process>(processes: readonly P[]): { process: P; depth: number }[] {
  const byPid = processes.toSorted((a, b) => a.pid - b.pid);
  const pids = new Set(byPid.map(({ pid }) => pid));
  // A process is nobody's own child; a list read while pids were given anew might say so.
  const children = Map.groupBy(byPid, ({ pid, ppid }) => (pids.has(ppid) && ppid !== pid ? ppid : 0));
  const lines: { process: P; depth: number }[] = [];
  const add = (parent: number, depth: number) => {
    for (const process of children.get(parent) ?? []) {
      lines.push({ process, depth });
      add(process.pid, depth + 1);
    }
  };
  add(0, 0);
  return lines;
}

/** What uses most of the CPU now first, then what has used most of it. */
export function byCpu<P extends Process>(
  processes: readonly P[],
  percents: ReadonlyMap<number, number>,
): { process: P; depth: number }[] {
  const now = ({ pid }: P) => percents.get(pid) ?? 0;
  return processes
    .toSorted((a, b) => now(b) - now(a) || b.cpuSeconds - a.cpuSeconds)
    .map((process) => ({ process, depth: 0 }));
}
