export type * from './container-service.ts';
