export * from './create-layer-applier.ts';
export type * from './layer-applier.ts';
