export { type HostCounters, readHostCounters } from './host-counters.ts';
export { StatsReader } from './stats-reader.ts';
