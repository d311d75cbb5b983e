export { isLoopback, type ListenAddress } from './address.ts';
export { type Config, LOG_LEVELS } from './config.schema.ts';
export { type ConfigProblem, describeSettings, type Flags, parseConfig, readFlags, SETTINGS } from './parse-config.ts';
