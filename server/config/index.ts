export { isLoopback } from './address.ts';
export type { Config } from './config.schema.ts';
export { assertNotLocked } from './data-root-lock.ts';
export { describeSettings, parseConfig, readFlags, SETTINGS, withValues } from './parse-config.ts';
export { ensureUsableFolder } from './usable-folder.ts';
