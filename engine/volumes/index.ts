export * from './local-volume-service.ts';
export type * from './volume-service.ts';
