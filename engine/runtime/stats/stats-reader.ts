import { Cgroups, type HostMoment, readHostMoment } from '../cgroups.ts';
import { cgroupVersion } from '../host-facts.ts';
import type { StatsSample } from '../runtime.ts';

/** Reads counters of containers without the rest of the engine: for a thread that does nothing else. */
export class StatsReader {
  readonly #cgroups: Cgroups;

  constructor(opts: { instance: string }) {
    this.#cgroups = new Cgroups({ instance: opts.instance, version: cgroupVersion() });
  }

  /** Read once for all samples of one moment. */
  readHost(): HostMoment {
    return readHostMoment();
  }

  /**
   * @param pid a process in the network of the container
   * @throws EngineError `not_found` when the container has no control group (any more)
   */
  sample(id: string, pid: number, at: Date, opts: { detail?: boolean; host?: HostMoment } = {}): StatsSample {
    return this.#cgroups.sample(id, pid, at, opts);
  }
}
