import { randomBytes } from 'node:crypto';
import { EngineError } from '../errors/index.ts';
import { CleanupStack } from '../lib/index.ts';
import {
  type BridgeNetwork,
  firewallState,
  hostLinkPrefix,
  isBridge,
  lockNetworks,
  type NetworkDeps,
  publishNetwork,
} from './deps.ts';
import { setUpBridge } from './ensure.ts';
import { syncNamesLocked } from './name-zones.ts';
import { parseBridgeOptions } from './network-options.ts';
import type { CreateNetworkRequest, NetworkCallOptions, NetworkDetail, NetworkRecord } from './network-service.ts';
import { planSubnets } from './plan-subnets.ts';

const PREDEFINED = ['bridge', 'host', 'none', 'default', 'container'];

/** Row (`creating`), bridge, firewall, then the row made `ready`; on failure all of it is taken back. */
export async function createNetwork(
  deps: NetworkDeps,
  request: CreateNetworkRequest,
  opts: NetworkCallOptions = {},
): Promise<NetworkDetail> {
  checkName(request.name);
  checkDriver(request.driver ?? '');
  const settings = parseBridgeOptions(request.options ?? {});
  using _lock = await lockNetworks(deps, opts.signal);
  const network = await planNetwork(deps, request, settings.bridgeName);

  await using undo = new CleanupStack({ log: deps.log });
  await deps.store.insert(network);
  undo.defer('take the network back', async () => {
    await deps.kernel.deleteLink(network.bridge);
    await deps.store.delete(network.id);
    await deps.firewall.sync(await firewallState(deps.store));
  });
  await setUpBridge(deps, network);
  await deps.firewall.sync(await firewallState(deps.store));
  opts.signal?.throwIfAborted();
  await deps.store.update(network.id, { state: 'ready' });
  undo.commit();
  await syncNamesLocked(deps);
  publishNetwork(deps, network, 'create', { opts });
  return { ...network, state: 'ready', endpoints: [] };
}

function checkName(name: string): void {
  if (PREDEFINED.includes(name) || name.startsWith('container:')) {
    throw new EngineError('denied', `operation is not permitted on predefined ${name} network`, {
      reason: 'predefined_network',
      name,
    });
  }
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/.test(name)) return;
  throw new EngineError(
    'invalid_argument',
    `invalid network name "${name}": only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
    {
      reason: 'network_name_invalid',
      field: 'name',
    },
  );
}

function checkDriver(driver: string): void {
  if (driver === '' || driver === 'default' || driver === 'bridge') return;
  if (driver === 'host' || driver === 'null' || driver === 'none') {
    const words = `only one instance of "${driver}" network is allowed`;
    throw new EngineError('denied', words, { reason: 'predefined_network', name: driver });
  }
  throw new EngineError('not_found', `plugin "${driver}" not found`, { reason: 'driver_not_found', driver });
}

async function planNetwork(
  deps: NetworkDeps,
  request: CreateNetworkRequest,
  bridgeName: string | undefined,
): Promise<BridgeNetwork> {
  const networks = await deps.store.list();
  const { name, enableIpv6 = false } = request;
  if (networks.some((network) => network.name === name)) {
    throw new EngineError('already_exists', `network with name ${name} already exists`, { reason: 'name_taken', name });
  }
  if (bridgeName !== undefined) await assertBridgeFree(deps, bridgeName, networks);
  const id = randomBytes(32).toString('hex');
  return {
    id,
    name,
    driver: 'bridge',
    state: 'creating',
    builtin: false,
    bridge: bridgeName ?? `${hostLinkPrefix(deps.instance)}b${id.slice(0, 5)}`,
    subnets: planSubnets({
      asked: request.subnets ?? [],
      enableIpv6,
      pools: deps.addressPools,
      networks,
      routes: await deps.kernel.listRoutes(),
    }),
    enableIpv6,
    internal: request.internal ?? false,
    labels: { ...request.labels },
    options: { ...request.options },
    createdAt: deps.clock(),
  };
}

/** A link that is there already belongs to somebody else: it would go with the network. */
async function assertBridgeFree(deps: NetworkDeps, bridge: string, networks: readonly NetworkRecord[]): Promise<void> {
  const holder = networks.filter(isBridge).find((network) => network.bridge === bridge);
  if (holder === undefined && !(await deps.kernel.listLinks()).some(({ name }) => name === bridge)) return;
  const who = holder === undefined ? `link ${bridge} of the host` : `network ${holder.id} (${holder.name})`;
  throw new EngineError('conflict', `conflicts with ${who}: networks have same bridge name`, {
    reason: 'bridge_name_taken',
    bridge,
    ...(holder === undefined ? {} : { network: holder.name }),
  });
}
