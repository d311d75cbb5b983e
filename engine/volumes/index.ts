export * from './local-volume-service.ts';
export * from './memory-volume-store.ts';
export type * from './volume-service.ts';
