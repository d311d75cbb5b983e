export { createNetworkService } from './create-network-service.ts';
export { acceptCommand, foreignForwardDrops } from './firewall-text.ts';
export type * from './network-service.ts';
