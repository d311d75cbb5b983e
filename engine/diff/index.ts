export * from './create-layer-applier.ts';
export * from './create-tree-packer.ts';
export type * from './layer-applier.ts';
export type * from './tree-packer.ts';
