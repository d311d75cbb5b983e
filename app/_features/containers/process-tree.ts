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

/** What has used most of the CPU first. */
export function byCpuTime<P extends Process>(processes: readonly P[]): { process: P; depth: number }[] {
  return processes.toSorted((a, b) => b.cpuSeconds - a.cpuSeconds).map((process) => ({ process, depth: 0 }));
}
