export * from './create-layer-applier.ts';
export type * from './layer-applier.ts';
export { readLayerTar } from './read-layer.ts';
