export { isLoopback } from './address.ts';
export type { Config } from './config.schema.ts';
export { describeSettings, parseConfig, readFlags, SETTINGS, withValues } from './parse-config.ts';
export { ensureUsableFolder } from './usable-folder.ts';
