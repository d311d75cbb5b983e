export * from './blob-hash.ts';
export type * from './content-store.ts';
export * from './local-content-store.ts';
