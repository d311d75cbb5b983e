export type * from './image-service.ts';
