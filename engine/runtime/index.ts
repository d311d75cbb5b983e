export { resolveCaps } from './capabilities.ts';
export { createRuntime, type RuntimeOptions } from './create-runtime.ts';
export type { HostFacts } from './host-facts.ts';
export type * from './log/index.ts';
export { isAlive } from './processes.ts';
export type * from './runtime.ts';
export { ensureShim } from './shim/compile.ts';
export { parseDeviceRule } from './spec-devices.ts';
