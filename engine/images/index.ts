export * from './image-changes.ts';
export type * from './image-service.ts';
export * from './local-image-service.ts';
