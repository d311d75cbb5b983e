export { findAardvark } from './aardvark.ts';
export { findAdvertisedLinks } from './advertised-links.ts';
export { createNetworkService } from './create-network-service.ts';
export { parseEndpointOptions } from './endpoint-options.ts';
export { findForeignDrops } from './foreign-drops.ts';
export type { Listener } from './host-listeners.ts';
export type * from './network-service.ts';
export { findFreePorts, findHolder } from './ports.ts';
export { tryFirewall } from './try-firewall.ts';
