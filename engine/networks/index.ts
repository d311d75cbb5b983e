export type * from './network-service.ts';
