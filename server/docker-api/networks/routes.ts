import type { DockerRoute } from '../route.ts';
import { CONNECT_BODY, DISCONNECT_BODY, NETWORK_BODY } from '../shapes/object-shapes.ts';
import { createNetwork, pruneNetworks, removeNetwork } from './change-networks.ts';
import { connectNetwork, disconnectNetwork, findConnected } from './connect-network.ts';
import { findNetwork } from './find-network.ts';
import { inspectNetwork, listNetworks } from './list-networks.ts';

const NETWORK = '/networks/{name}';
const VIEW = { permission: 'network:view', audit: null } as const;

export const NETWORK_ROUTES: readonly DockerRoute[] = [
  { method: 'GET', pattern: '/networks', ...VIEW, handle: listNetworks },
  { method: 'GET', pattern: '/networks/', ...VIEW, handle: listNetworks },
  {
    method: 'POST',
    pattern: '/networks/create',
    permission: 'network:create',
    audit: 'network.create',
    takesJson: NETWORK_BODY,
    handle: createNetwork,
  },
  {
    method: 'POST',
    pattern: '/networks/prune',
    permission: 'cleanup:run',
    audit: 'network.prune',
    handle: pruneNetworks,
  },
  { method: 'GET', pattern: NETWORK, ...VIEW, find: findNetwork, handle: inspectNetwork },
  {
    method: 'POST',
    pattern: `${NETWORK}/connect`,
    permission: 'network:connect',
    audit: 'network.connect',
    takesJson: CONNECT_BODY,
    find: findConnected,
    handle: connectNetwork,
  },
  {
    method: 'POST',
    pattern: `${NETWORK}/disconnect`,
    permission: 'network:connect',
    audit: 'network.disconnect',
    takesJson: DISCONNECT_BODY,
    find: findConnected,
    handle: disconnectNetwork,
  },
  {
    method: 'DELETE',
    pattern: NETWORK,
    permission: 'network:remove',
    audit: 'network.remove',
    find: findNetwork,
    handle: removeNetwork,
  },
];
