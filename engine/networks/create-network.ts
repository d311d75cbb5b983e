import { randomBytes } from 'node:crypto';
import { EngineError } from '../errors/index.ts';
import { CleanupStack, failpoint } from '../lib/index.ts';
import { firewallState, hostLinkPrefix, isBridge, lockNetworks, type NetworkDeps, publishNetwork } from './deps.ts';
import { settleCutOffLocked, setUpBridge } from './ensure.ts';
import { syncNamesLocked } from './name-zones.ts';
import { parseBridgeOptions, parseSubLinkOptions } from './network-options.ts';
import type {
  CreateNetworkRequest,
  NetworkCallOptions,
  NetworkDetail,
  NetworkDriver,
  NetworkRecord,
} from './network-service.ts';
import { planSubnets } from './plan-subnets.ts';
import { ANY_ADDRESS } from './ports.ts';

const MAX_NAME = 128;
const NO_MODES = { 4: 'nat', 6: 'nat' } as const;
const PREDEFINED = ['bridge', 'host', 'none', 'default', 'container'];

/** Row (`creating`), bridge, firewall, then the row made `ready`; on failure all of it is taken back. */
export async function createNetwork(
  deps: NetworkDeps,
  request: CreateNetworkRequest,
  opts: NetworkCallOptions = {},
): Promise<NetworkDetail> {
  using _lock = await lockNetworks(deps, opts.signal);
  // Its name may be held by one whose removal failed.
  await settleCutOffLocked(deps);
  const network = await planNetwork(deps, request);
  if (!isBridge(network)) await trySubLink(deps, network);

  await using undo = new CleanupStack({ log: deps.log });
  await deps.store.insert(network);
  undo.defer('take the network back', async () => {
    if (network.bridge !== undefined) await deps.kernel.deleteLink(network.bridge);
    await deps.store.delete(network.id);
    await deps.firewall.sync(await firewallState(deps.store));
  });
  await failpoint('network.row');
  if (isBridge(network)) await setUpBridge(deps, network);
  await failpoint('network.bridge');
  const state = await firewallState(deps.store);
  await deps.firewall.sync(state);
  if (isBridge(network)) await deps.firewall.letThrough(state);
  await failpoint('network.firewall');
  opts.signal?.throwIfAborted();
  await deps.store.update(network.id, { state: 'ready' });
  await failpoint('network.ready');
  undo.commit();
  await syncNamesLocked(deps);
  publishNetwork(deps, network, 'create', { opts });
  return { ...network, state: 'ready', endpoints: [] };
}

/** The row that `create` would write now. @throws what `create` throws before it changes anything */
export async function planNetwork(deps: NetworkDeps, request: CreateNetworkRequest): Promise<NetworkRecord> {
  checkName(request.name);
  const driver = parseDriver(request.driver ?? '');
  const { bridgeName, gatewayModes } = parseBridgeOptions(request.options ?? {});
  checkFamilies(request);
  if (driver !== 'bridge') parseSubLinkOptions(driver, request.options ?? {});
  const networks = await deps.store.list();
  const { name, enableIpv4 = true, enableIpv6 = false } = request;
  if (networks.some((network) => network.name === name)) {
    throw new EngineError('already_exists', `network with name ${name} already exists`, {
      reason: 'network_name_taken',
      name,
    });
  }
  if (bridgeName !== undefined) await assertBridgeFree(deps, bridgeName, networks);
  const id = randomBytes(32).toString('hex');
  return {
    id,
    name,
    driver,
    state: 'creating',
    builtin: false,
    bridge: driver === 'bridge' ? (bridgeName ?? `${hostLinkPrefix(deps.instance)}b${id.slice(0, 5)}`) : undefined,
    subnets: planSubnets({
      asked: request.subnets ?? [],
      enableIpv4,
      enableIpv6,
      gatewayModes: driver === 'bridge' ? gatewayModes : NO_MODES,
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

/** @throws EngineError `invalid_argument` for options that contradict each other, in Docker's words where it has some */
function checkFamilies({ enableIpv4 = true, enableIpv6 = false, internal, options = {} }: CreateNetworkRequest): void {
  const { gatewayModes, hostBinding, inhibitIpv4 } = parseBridgeOptions(options);
  if (!enableIpv4 && !enableIpv6) throw refusedFamily('network_without_addresses', 'IPv4 or IPv6 must be enabled');
  if (internal !== true && Object.values(gatewayModes).includes('isolated')) {
    const words = "gateway mode 'isolated' can only be used for an internal network";
    throw refusedFamily('gateway_mode_not_internal', words);
  }
  if (enableIpv4) return;
  const needs = [
    ...(hostBinding === '' || hostBinding === ANY_ADDRESS ? [] : ['host_binding_ipv4']),
    ...(inhibitIpv4 ? ['inhibit_ipv4'] : []),
    ...(gatewayModes[4] === 'nat' ? [] : ['gateway_mode_ipv4']),
  ];
  if (needs.length === 0) return;
  const words = `the option com.docker.network.bridge.${needs[0]} needs a network with IPv4`;
  throw refusedFamily('network_without_ipv4', words);
}

function refusedFamily(reason: string, words: string): EngineError {
  return new EngineError('invalid_argument', words, { reason });
}

function checkName(name: string): void {
  if (PREDEFINED.includes(name) || name.startsWith('container:')) {
    throw new EngineError('denied', `operation is not permitted on predefined ${name} network`, {
      reason: 'predefined_network',
      name,
    });
  }
  const no = (words: string) =>
    new EngineError('invalid_argument', words, { reason: 'network_name_invalid', field: 'name' });
  if (name.trim() === '') throw no('invalid name: name is empty');
  if (name.length > MAX_NAME) throw no(`invalid name: it is longer than ${MAX_NAME} characters`);
  // As Docker, nearly everything else; a slash would be part of an address, and nobody can type a control character.
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/]/u.test(name))
    throw no(`invalid name: ${JSON.stringify(name)} has a slash or invisible characters`);
}

type CreatableDriver = Exclude<NetworkDriver, 'host' | 'none'>;

function parseDriver(driver: string): CreatableDriver {
  if (driver === '' || driver === 'default' || driver === 'bridge') return 'bridge';
  if (driver === 'macvlan' || driver === 'ipvlan') return driver;
  if (driver === 'host' || driver === 'null' || driver === 'none') {
    const words = `only one instance of "${driver}" network is allowed`;
    throw new EngineError('denied', words, { reason: 'predefined_network', name: driver });
  }
  throw new EngineError('not_found', `plugin "${driver}" not found`, { reason: 'driver_not_found', driver });
}

/** Whether this kernel can do it with this link is known only by doing it. */
async function trySubLink(deps: NetworkDeps, { id, driver, options }: NetworkRecord): Promise<void> {
  const { parent, kind } = parseSubLinkOptions(driver, options);
  const netns = deps.paths.netnsOf(id);
  await deps.kernel.createNetns(netns);
  try {
    await deps.kernel.connectSubLink({ netns, parent, kind, name: 'try0' });
  } finally {
    await deps.kernel.dropNetns(netns);
  }
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
