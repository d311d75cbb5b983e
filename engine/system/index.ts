export { createEngine } from './create-engine.ts';
export type * from './engine.ts';
export { checkHost } from './host-checks.ts';
export { inspectHost } from './inspect-host.ts';
