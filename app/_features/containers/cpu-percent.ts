/** One reading of a process; of a pid alone nobody knows whether it is still the same. */
interface Reading {
  pid: number;
  startedAt: Date;
  readAt: Date;
  cpuSeconds: number;
}

/** Percent of one core that each process used between two readings, by pid; one that was not there before has none. */
export function cpuPercents(before: readonly Reading[], now: readonly Reading[]): ReadonlyMap<number, number> {
  const known = new Map(before.map((reading) => [keyOf(reading), reading]));
  return new Map(
    now.flatMap((reading) => {
      const last = known.get(keyOf(reading));
      const seconds = last === undefined ? 0 : (reading.readAt.getTime() - last.readAt.getTime()) / 1_000;
      if (last === undefined || seconds <= 0) return [];
      return [[reading.pid, Math.max(0, ((reading.cpuSeconds - last.cpuSeconds) / seconds) * 100)] as const];
    }),
  );
}

function keyOf({ pid, startedAt }: Reading): string {
  return `${pid} ${startedAt.getTime()}`;
}
