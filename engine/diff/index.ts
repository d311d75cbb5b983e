export * from './create-layer-applier.ts';
export * from './create-tree-packer.ts';
export { createTreeReader } from './create-tree-reader.ts';
export type * from './layer-applier.ts';
export { END_OF_TAR, memberHeader, paddingFor } from './tar-writer.ts';
export type * from './tree-packer.ts';
export type * from './tree-reader.ts';
export type { ViewMount } from './tree-view.ts';
