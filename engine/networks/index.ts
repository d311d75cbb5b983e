export { createNetworkService } from './create-network-service.ts';
export type * from './network-service.ts';
