export * from './image-changes.ts';
export type * from './image-service.ts';
export * from './local-image-service.ts';
export * from './memory-image-store.ts';
export { parseImageConfig } from './parse-image-json.ts';
export { hostArchitecture } from './read-archive.ts';
export { parseStrictJson } from './strict-json.ts';
