export { type EnginePaths, enginePaths } from './paths.ts';
export * from './system/index.ts';
