export type * from './environment.ts';
export { createEnvironments, LOCAL } from './local.ts';
export { type OpenedEngine, openEngine } from './open-engine.ts';
