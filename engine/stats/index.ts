export { type BusyTicks, type HostCounters, parseBusyTicks, parseMemory, readHostCounters } from './host-counters.ts';
export type * from './stats.ts';
export { parseCounters } from './stats-parse.ts';
export { CGROUP_ROOT, cgroupVersion, StatsReader } from './stats-reader.ts';
