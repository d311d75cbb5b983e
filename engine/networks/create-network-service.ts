import { EngineError } from '../errors/index.ts';
import type { EventBus } from '../events/index.ts';
import type { Kernel } from '../kernel/index.ts';
import { type Clock, KeyedLock, type Logger } from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import { AardvarkServer } from './aardvark.ts';
import { attachContainer } from './attach.ts';
import { checkEndpoint, checkSettings, connectContainer, disconnectContainer } from './connect.ts';
import { createNetwork, planNetwork } from './create-network.ts';
import type { NetworkDeps } from './deps.ts';
import { detachContainer } from './detach.ts';
import { ensureNetworks } from './ensure.ts';
import { findNetwork } from './find-network.ts';
import { Firewall } from './firewall.ts';
import { readHostListeners, readListenersOf } from './host-listeners.ts';
import { DEFAULT_ADDRESS_POOLS, poolsOf } from './ipam.ts';
import { attachmentsOf, listNetworks } from './list-networks.ts';
import type { NetworkService, NetworkStore, NetworkUsers } from './network-service.ts';
import { findHolder } from './ports.ts';
import { reconcileNetworks, verifyNetworks } from './reconcile.ts';
import { pruneNetworks, removeNetwork } from './remove-network.ts';
import { renameEndpoints } from './rename.ts';
import { RestingAddresses } from './resting-addresses.ts';
import { listUnlinked, settleContainer } from './settle.ts';

interface NetworkServiceOptions {
  kernel: Kernel;
  store: NetworkStore;
  paths: Pick<EnginePaths, 'netns' | 'netnsOf' | 'dns'>;
  /** Prefix of bridges and links, name of the firewall table: a letter, then letters and digits, at most 8. */
  instance: string;
  /** CIDRs to take subnets from; default Docker's pools. */
  addressPools?: readonly string[] | undefined;
  log: Logger;
  clock: Clock;
  /** Path of the resolv.conf that containers get their servers from; default the host's. */
  hostResolvConf?: string | undefined;
  events?: EventBus | undefined;
  /** Who keeps a network from being pruned; nobody when not given. */
  users?: NetworkUsers | undefined;
}

/** Nothing is made before the first `ensure()`. @throws EngineError `invalid_argument` (instance) */
export function createNetworkService(options: NetworkServiceOptions): NetworkService {
  if (!/^[a-z][a-z0-9]{0,7}$/.test(options.instance)) {
    throw new EngineError('invalid_argument', `"${options.instance}" cannot be the name of an instance`, {
      reason: 'invalid_instance',
    });
  }
  const deps: NetworkDeps = {
    ...options,
    addressPools: options.addressPools === undefined ? DEFAULT_ADDRESS_POOLS : poolsOf(options.addressPools),
    hostResolvConf: options.hostResolvConf ?? '/etc/resolv.conf',
    firewall: new Firewall(options.kernel, options.instance),
    names: new AardvarkServer(options.paths.dns, options.log),
    events: options.events,
    users: options.users,
    resting: new RestingAddresses(options.clock),
    locks: new KeyedLock(),
  };
  const { store } = deps;
  const portUse = async () => ({ endpoints: await store.listEndpoints(), listeners: await readHostListeners() });
  return {
    ensure: () => ensureNetworks(deps),
    attach: (request) => attachContainer(deps, request),
    detach: (containerId) => detachContainer(deps, containerId),
    reconcile: (alive) => reconcileNetworks(deps, alive),
    verify: (alive) => verifyNetworks(deps, alive),
    create: (request, opts) => createNetwork(deps, request, opts),
    plan: (request) => planNetwork(deps, request),
    remove: (nameOrId, opts) => removeNetwork(deps, nameOrId, opts),
    prune: (filter, opts) => pruneNetworks(deps, filter, opts),
    connect: (container, endpoint, opts) => connectContainer(deps, container, endpoint, opts),
    disconnect: (container, network, opts) => disconnectContainer(deps, container, network, opts),
    settle: (container, endpoints) => settleContainer(deps, container, endpoints),
    unlinked: () => listUnlinked(deps),
    checkSettings: (endpoint) => checkSettings(deps, endpoint),
    check: (container, endpoint) => checkEndpoint(deps, container, endpoint),
    rename: (containerId, name) => renameEndpoints(deps, containerId, name),
    list: (filter) => listNetworks(store, filter),
    attachmentsOf: (containerId) => attachmentsOf(store, containerId),
    async get(nameOrId) {
      const network = await findNetwork(store, nameOrId);
      const endpoints = await store.listEndpoints();
      return { ...network, endpoints: endpoints.filter(({ networkId }) => networkId === network.id) };
    },
    portHolder: async (binding) => findHolder(binding, await portUse()),
    portUse,
    listenersOf: readListenersOf,
  };
}
