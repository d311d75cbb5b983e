export * from './local-volume-service.ts';
export { verifyVolumes } from './reconcile-volumes.ts';
export { measureFolders } from './usage-meter.ts';
export { reachesHost } from './volume-options.ts';
export type * from './volume-service.ts';
