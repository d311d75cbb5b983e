/** What the page keeps of a sample of the server. */
export interface Sample {
  at: Date;
  cpuNs: number;
  workingSetBytes: number;
  memoryLimitBytes: number;
}

export interface Usage {
  /** Percent of one core between two samples each, oldest first. */
  cpu: readonly number[];
  memoryBytes: number;
  /** Working set of each sample, oldest first. */
  memory: readonly number[];
}

const KEPT = 60;

/** Samples of one container, oldest first, each once; what was counted before a restart is dropped. */
export function addSamples(old: readonly Sample[], more: readonly Sample[]): Sample[] {
  const kept = [...old];
  for (const sample of more) {
    const last = kept.at(-1);
    if (last !== undefined && sample.at <= last.at) continue;
    // The counter begins anew with the process.
    if (last !== undefined && sample.cpuNs < last.cpuNs) kept.length = 0;
    kept.push(sample);
  }
  return kept.slice(-KEPT - 1);
}

export function toUsage(samples: readonly Sample[]): Usage | undefined {
  const last = samples.at(-1);
  if (last === undefined) return undefined;
  const cpu = samples.slice(1).map((sample, index) => {
    const before = samples[index] ?? sample;
    const spentMs = (sample.cpuNs - before.cpuNs) / 1e6;
    return (spentMs / Math.max(sample.at.getTime() - before.at.getTime(), 1)) * 100;
  });
  return { cpu, memoryBytes: last.workingSetBytes, memory: samples.map(({ workingSetBytes }) => workingSetBytes) };
}

/** Points of a line from 0 to at least `floor`, for a box of this size; the newest at the right edge. */
export function sparkPoints(
  values: readonly number[],
  box: { width: number; height: number; slots: number; floor: number },
): string {
  const top = Math.max(box.floor, ...values);
  const step = box.width / Math.max(box.slots - 1, 1);
  const first = box.width - (values.length - 1) * step;
  return values
    .map((value, index) => {
      const x = first + index * step;
      const y = box.height - 1 - (value / top) * (box.height - 2);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
