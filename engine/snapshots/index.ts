export * from './disk-usage.ts';
export * from './memory-snapshot-store.ts';
export * from './overlay-snapshotter.ts';
export * from './remove-tree.ts';
export type * from './snapshotter.ts';
