import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { type BridgeNetwork, firewallState, ipv4Of, ipv6Of, isBridge, lockNetworks, type NetworkDeps } from './deps.ts';
import { parseCidr } from './ip.ts';
import { macForAddress } from './mac.ts';
import { healNamesLocked, syncNamesLocked } from './name-zones.ts';
import { parseBridgeOptions } from './network-options.ts';
import type { NetworkDriver, NetworkRecord, NetworkSubnet } from './network-service.ts';
import { planSubnets } from './plan-subnets.ts';
import { isCutOff, removeNetworkLocked } from './remove-network.ts';

const BUILTIN = ['bridge', 'host', 'none'] as const;

/** Makes what is missing, finishes what was cut off, and says in words what that was; nothing to say when all was well. */
export async function ensureNetworks(deps: NetworkDeps): Promise<string[]> {
  using _lock = await lockNetworks(deps);
  const settled = await settleCutOffLocked(deps);
  return [...settled, ...(await ensureNetworksLocked(deps))];
}

/** Whoever makes or removes a network holds the lock: one between two states was left by a failure or a crash. */
export async function settleCutOffLocked(deps: NetworkDeps): Promise<string[]> {
  const done: string[] = [];
  for (const network of (await deps.store.list()).filter(isCutOff)) {
    await removeNetworkLocked(deps, network);
    const what = network.state === 'creating' ? 'creation' : 'removal';
    done.push(`removed network ${network.name}, whose ${what} was cut off`);
  }
  return done;
}

export async function ensureNetworksLocked(deps: NetworkDeps): Promise<string[]> {
  const done: string[] = [];
  await mkdir(deps.paths.netns, { recursive: true, mode: 0o700 });
  await ensureBuiltinRows(deps, done);
  if (await ensureSysctl(deps, 'net/ipv4/ip_forward', '1')) done.push('switched on forwarding');
  for (const network of (await deps.store.list()).filter(isBridge)) {
    if (network.state === 'ready' || network.builtin) await ensureBridge(deps, network, done);
  }
  const state = await firewallState(deps.store);
  if (await deps.firewall.sync(state)) done.push('wrote the firewall table');
  done.push(...(await deps.firewall.letThrough(state)));
  const synced = await syncNamesLocked(deps);
  done.push(...synced, ...(synced.length === 0 ? await healNamesLocked(deps) : []));
  if (done.length > 0) deps.log.info({ repaired: done }, 'networks repaired');
  return done;
}

async function ensureBuiltinRows(deps: NetworkDeps, done: string[]): Promise<void> {
  const known = await deps.store.list();
  for (const driver of BUILTIN) {
    if (known.some((network) => network.builtin && network.driver === driver)) continue;
    await deps.store.insert(await builtinRow(deps, driver, known));
    done.push(`made network ${driver}`);
  }
}

async function builtinRow(
  deps: NetworkDeps,
  driver: NetworkDriver,
  known: readonly NetworkRecord[],
): Promise<NetworkRecord> {
  const row: NetworkRecord = {
    id: randomBytes(32).toString('hex'),
    name: driver,
    driver,
    state: 'ready',
    builtin: true,
    bridge: undefined,
    subnets: [],
    enableIpv6: false,
    internal: false,
    labels: {},
    options: {},
    createdAt: deps.clock(),
  };
  if (driver !== 'bridge') return row;
  const bridge = `${deps.instance}0`;
  // Left by records that are gone; its route would also keep its subnet from being chosen.
  await deps.kernel.deleteLink(bridge);
  const routes = await deps.kernel.listRoutes();
  const subnets = planSubnets({
    asked: [],
    enableIpv4: true,
    enableIpv6: false,
    pools: deps.addressPools,
    networks: known,
    routes,
  });
  return { ...row, state: 'creating', bridge, subnets };
}

async function ensureBridge(deps: NetworkDeps, network: BridgeNetwork, done: string[]): Promise<void> {
  if (network.state === 'removing') return;
  const link = (await deps.kernel.listLinks()).find(({ name }) => name === network.bridge);
  const opened = await setUpBridge(deps, network);
  if (link?.up !== true) done.push(`set up bridge ${network.bridge}`);
  else if (opened) done.push(`let the host reach ${network.bridge} by 127.0.0.1`);
  await plugEndpoints(deps, network, done);
  if (network.state === 'creating') await deps.store.update(network.id, { state: 'ready' });
}

/** Makes link, addresses and settings of a bridge, also when it is there: its addresses may be gone. True: settings changed. */
export async function setUpBridge(deps: NetworkDeps, network: BridgeNetwork): Promise<boolean> {
  const { bridge } = network;
  const { mtu, inhibitIpv4 } = parseBridgeOptions(network.options);
  const subnet6 = ipv6Of(network);
  const ipv4 = inhibitIpv4 ? undefined : bridgeAddress(ipv4Of(network));
  const known = ipv4Of(network)?.gateway ?? subnet6?.gateway;
  const link = {
    name: bridge,
    // A bridge made anew answers by the address that the containers remember.
    ...(known === undefined ? {} : { mac: macForAddress(known) }),
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(mtu === undefined ? {} : { mtu }),
    linkLocal: subnet6 !== undefined,
  };
  await deps.kernel.ensureBridge(link);
  if (subnet6 !== undefined) {
    // A host may keep IPv6 off new links.
    await ensureSysctl(deps, `net/ipv6/conf/${bridge}/disable_ipv6`, '0');
    await ensureSysctl(deps, 'net/ipv6/conf/all/forwarding', '1');
    const ipv6 = bridgeAddress(subnet6);
    if (ipv6 !== undefined) await deps.kernel.ensureBridge({ ...link, ipv6 });
  }
  // Lets the host reach published ports by 127.0.0.1; the guard chain keeps everybody else out.
  return await ensureSysctl(deps, `net/ipv4/conf/${bridge}/route_localnet`, '1');
}

/** Undefined: the bridge has none of this family, for it is isolated. */
function bridgeAddress(subnet: NetworkSubnet | undefined): { address: string; prefix: number } | undefined {
  if (subnet?.gateway === undefined) return undefined;
  return { address: subnet.gateway, prefix: parseCidr(subnet.subnet).prefix };
}

/** A bridge made anew has lost its ports, though the containers still have theirs; so has a link that somebody moved or put down. */
async function plugEndpoints(deps: NetworkDeps, network: BridgeNetwork, done: string[]): Promise<void> {
  const links = new Map((await deps.kernel.listLinks()).map((link) => [link.name, link]));
  const bridgeIndex = links.get(network.bridge)?.index;
  const isolated = !parseBridgeOptions(network.options).icc;
  for (const { networkId, hostIf } of await deps.store.listEndpoints()) {
    const link = links.get(hostIf);
    if (networkId !== network.id || link === undefined) continue;
    if (link.masterIndex === bridgeIndex && link.up) continue;
    if (await deps.kernel.plugLink(hostIf, network.bridge, { isolated })) {
      done.push(`plugged ${hostIf} into ${network.bridge}`);
    }
  }
}

/** True when the value had to be written. */
async function ensureSysctl(deps: NetworkDeps, name: string, value: string): Promise<boolean> {
  const now = await readFile(`/proc/sys/${name}`, 'utf8');
  if (now.trim() === value) return false;
  await deps.kernel.writeSysctl(name, value);
  return true;
}
