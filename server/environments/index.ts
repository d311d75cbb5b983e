export type * from './environment.ts';
export { createEnvironments, LOCAL, localEnvironment } from './local.ts';
export { type OpenedEngine, openEngine } from './open-engine.ts';
