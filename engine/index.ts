export { type EnginePaths, enginePaths } from './paths.ts';
export type * from './system/index.ts';
