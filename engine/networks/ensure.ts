import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { type BridgeNetwork, firewallState, isBridge, lockNetworks, type NetworkDeps } from './deps.ts';
import { chooseSubnet, gatewayOf } from './ipam.ts';
import { parseCidr } from './ipv4.ts';
import type { NetworkRecord } from './network-service.ts';

const BUILTIN = ['bridge', 'host', 'none'] as const;

/** Makes what is missing and says in words what that was; nothing to say when all was well. */
export async function ensureNetworks(deps: NetworkDeps): Promise<string[]> {
  using _lock = await lockNetworks(deps);
  return await ensureNetworksLocked(deps);
}

export async function ensureNetworksLocked(deps: NetworkDeps): Promise<string[]> {
  const done: string[] = [];
  await mkdir(deps.paths.netns, { recursive: true, mode: 0o700 });
  await ensureBuiltinRows(deps, done);
  if (await ensureSysctl(deps, 'net/ipv4/ip_forward', '1')) done.push('switched on forwarding');
  for (const network of (await deps.store.list()).filter(isBridge)) await ensureBridge(deps, network, done);
  if (await deps.firewall.sync(await firewallState(deps.store))) done.push('wrote the firewall table');
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
  driver: NetworkRecord['driver'],
  known: readonly NetworkRecord[],
): Promise<NetworkRecord> {
  const row: NetworkRecord = {
    id: randomBytes(32).toString('hex'),
    name: driver,
    driver,
    state: 'ready',
    builtin: true,
    bridge: undefined,
    subnet: undefined,
    gateway: undefined,
    internal: false,
    labels: {},
    options: {},
    createdAt: deps.clock(),
  };
  if (driver !== 'bridge') return row;
  const bridge = `${deps.instance}0`;
  // Left by records that are gone; its route would also keep its subnet from being chosen.
  await deps.kernel.deleteLink(bridge);
  const subnets = known.map((network) => network.subnet).filter((subnet) => subnet !== undefined);
  const subnet = chooseSubnet(deps.addressPools, [...subnets, ...(await deps.kernel.listRoutes())]);
  return { ...row, state: 'creating', bridge, subnet, gateway: gatewayOf(subnet) };
}

async function ensureBridge(deps: NetworkDeps, network: BridgeNetwork, done: string[]): Promise<void> {
  if (network.state === 'removing') return;
  const link = (await deps.kernel.listLinks()).find(({ name }) => name === network.bridge);
  // Also when it is there: its address may be gone.
  await deps.kernel.ensureBridge({
    name: network.bridge,
    address: network.gateway,
    prefix: parseCidr(network.subnet).prefix,
  });
  if (link?.up !== true) done.push(`set up bridge ${network.bridge}`);
  await plugEndpoints(deps, network, done);
  // Lets the host reach published ports by 127.0.0.1; the guard chain keeps everybody else out.
  if ((await ensureSysctl(deps, `net/ipv4/conf/${network.bridge}/route_localnet`, '1')) && link !== undefined) {
    done.push(`let the host reach ${network.bridge} by 127.0.0.1`);
  }
  if (network.state === 'creating') await deps.store.update(network.id, { state: 'ready' });
}

/** A bridge made anew has lost its ports, though the containers still have theirs. */
async function plugEndpoints(deps: NetworkDeps, network: BridgeNetwork, done: string[]): Promise<void> {
  const links = new Map((await deps.kernel.listLinks()).map((link) => [link.name, link]));
  const bridgeIndex = links.get(network.bridge)?.index;
  for (const { networkId, hostIf } of await deps.store.listEndpoints()) {
    const link = links.get(hostIf);
    if (networkId !== network.id || link === undefined || link.masterIndex === bridgeIndex) continue;
    if (await deps.kernel.plugLink(hostIf, network.bridge)) done.push(`plugged ${hostIf} into ${network.bridge}`);
  }
}

/** True when the value had to be written. */
async function ensureSysctl(deps: NetworkDeps, name: string, value: string): Promise<boolean> {
  const now = await readFile(`/proc/sys/${name}`, 'utf8');
  if (now.trim() === value) return false;
  await deps.kernel.writeSysctl(name, value);
  return true;
}
