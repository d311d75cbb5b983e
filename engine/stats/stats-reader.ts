import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError, errnoOf } from '../errors/index.ts';
import type { StatsSample } from './stats.ts';
import { parseMemTotal, parseNetDev, parseSystemCpu } from './stats-parse.ts';
import { sampleV1, sampleV2 } from './stats-sample.ts';

export const CGROUP_ROOT = '/sys/fs/cgroup';

export function cgroupVersion(): 1 | 2 {
  return existsSync(join(CGROUP_ROOT, 'cgroup.controllers')) ? 2 : 1;
}

/** The host as all samples of one moment see it. */
interface HostMoment {
  totalBytes: number;
  systemCpuNs: number;
  onlineCpus: number;
}

/**
 * Counters of the containers of one instance, in control groups of either version. The files are answered from memory: they are
 * read synchronously, a sample takes about 0.1 ms.
 */
export class StatsReader {
  readonly #version: 1 | 2;
  readonly #instance: string;
  readonly #root: string;

  /** @param opts.version default: the one of this host */
  constructor(opts: { instance: string; version?: 1 | 2; root?: string }) {
    this.#version = opts.version ?? cgroupVersion();
    this.#instance = opts.instance;
    this.#root = opts.root ?? CGROUP_ROOT;
  }

  /** Read once for all samples of one moment. */
  readHost(): HostMoment {
    return {
      totalBytes: parseMemTotal(readFileSync('/proc/meminfo', 'utf8')),
      ...parseSystemCpu(readFileSync('/proc/stat', 'utf8')),
    };
  }

  /**
   * @param pid a process in the network of the container
   * @param opts.host read anew when it is not given
   * @throws EngineError `not_found` when the container has no control group (any more)
   */
  sample(id: string, pid: number, at: Date, opts: { detail?: boolean; host?: HostMoment } = {}): StatsSample {
    const { totalBytes, ...cpus } = opts.host ?? this.readHost();
    const read = (controller: string, file: string) => tryRead(this.#file(controller, id, file));
    const counters = (this.#version === 2 ? sampleV2 : sampleV1)(read, totalBytes, opts.detail === true);
    if (counters === undefined)
      throw new EngineError('not_found', `Container ${id.slice(0, 12)} has no control group`, {
        reason: 'cgroup_missing',
      });
    return {
      at,
      ...cpus,
      ...counters,
      // The counters of the host are not those of a container that shares its network.
      networks: networkOf(pid) === networkOf('self') ? {} : parseNetDev(tryRead(`/proc/${pid}/net/dev`) ?? ''),
    };
  }

  #file(controller: string, id: string, name: string): string {
    const folder = this.#version === 2 ? this.#root : join(this.#root, controller);
    return join(folder, this.#instance, id, name);
  }
}

/** Names the network namespace; undefined once the process is gone. */
function networkOf(pid: number | 'self'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'ENODEV' || code === 'EOPNOTSUPP') return undefined;
    throw error;
  }
}
