export type * from './volume-service.ts';
