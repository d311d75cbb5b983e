import type { HostFacts } from '../runtime/index.ts';

/** A machine with two processors and version 1 groups, whose server may not raise limits. */
export function hostFacts(change: Partial<HostFacts> = {}): HostFacts {
  return {
    arch: 'amd64',
    kernel: [6, 1],
    caps: ['CAP_CHOWN', 'CAP_KILL', 'CAP_NET_BIND_SERVICE', 'CAP_SYS_ADMIN'],
    cgroupVersion: 1,
    cgroupHybrid: false,
    swapLimit: true,
    hardLimits: new Map([['RLIMIT_NOFILE', 20_000]]),
    oomScoreAdj: 0,
    cpus: 2,
    cpusetCpus: '0-1',
    cpusetMems: '0',
    memorySwappiness: true,
    blkioWeight: true,
    ...change,
  };
}
