export { createNetworkService } from './create-network-service.ts';
export { createMemoryNetworkStore } from './memory-network-store.ts';
export type * from './network-service.ts';
