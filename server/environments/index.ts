export type * from './environment.ts';
export { createEnvironments, LOCAL, localEnvironment } from './local.ts';
