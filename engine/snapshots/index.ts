export * from './disk-usage.ts';
export * from './overlay-snapshotter.ts';
export * from './remove-tree.ts';
export type * from './snapshotter.ts';
