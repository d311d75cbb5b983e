export { createRuntime, type RuntimeOptions } from './create-runtime.ts';
export type * from './log/index.ts';
export { isAlive } from './processes.ts';
export type * from './runtime.ts';
export { ensureShim } from './shim/compile.ts';
