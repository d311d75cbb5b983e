export type * from './layer-applier.ts';
