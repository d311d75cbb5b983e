import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../errors/index.ts';
import { type ContainerId, shortId } from '../lib/index.ts';
import { firewallState, hostLinkPrefix, isBridge, lockNetworks, type NetworkDeps } from './deps.ts';
import { detachLocked } from './detach.ts';
import { ensureNetworksLocked, settleCutOffLocked } from './ensure.ts';
import { nameZones } from './name-zones.ts';
import { isCutOff } from './remove-network.ts';
import { findLostSubLinks } from './sub-links.ts';

/** Drops what belongs to nobody alive and restores what the living need; says in words what it did. */
export async function reconcileNetworks(deps: NetworkDeps, alive: ReadonlySet<ContainerId>): Promise<string[]> {
  using _lock = await lockNetworks(deps);
  const done: string[] = [];
  const dead = (await deps.store.listEndpoints()).filter(({ containerId }) => !alive.has(containerId));
  for (const containerId of new Set(dead.map((endpoint) => endpoint.containerId))) {
    await detachLocked(deps, containerId);
    done.push(`detached container ${containerId}`);
  }
  done.push(...(await settleCutOffLocked(deps)));
  for (const name of await strayNamespaces(deps, alive)) {
    await deps.kernel.dropNetns(join(deps.paths.netns, name));
    done.push(`dropped network namespace ${name}`);
  }
  for (const name of await strayLinks(deps)) {
    // Links of the namespaces just dropped may vanish by themselves before.
    if (await deps.kernel.deleteLink(name)) done.push(`deleted link ${name}`);
  }
  return [...done, ...(await ensureNetworksLocked(deps))];
}

const RESTART = 'restart the server, which settles it when it starts';
const MENDED = 'the running server mends it within 30 seconds';

/** Differences between rows and kernel, in words; nothing to compare before the first `ensure`. */
export async function verifyNetworks(deps: NetworkDeps, alive: ReadonlySet<ContainerId>): Promise<string[]> {
  using _lock = await lockNetworks(deps);
  const found: string[] = [];
  const networks = await deps.store.list();
  const links = new Map((await deps.kernel.listLinks()).map((link) => [link.name, link]));
  for (const { name, state } of networks.filter(isCutOff)) {
    found.push(`network ${name}: its ${state === 'creating' ? 'creation' : 'removal'} was cut off; ${MENDED}`);
  }
  for (const network of networks.filter((one) => isBridge(one) && !isCutOff(one))) {
    if (links.get(network.bridge ?? '')?.up !== true)
      found.push(`bridge ${network.bridge} is missing or down; ${MENDED}`);
  }
  const namespaces = new Set(await listNamespaces(deps));
  for (const { containerId, hostIf, address: ipv4, ipv6 = '', state } of await deps.store.listEndpoints()) {
    const address = ipv4 || ipv6;
    const container = `container ${shortId(containerId)}`;
    if (alive.has(containerId) && state !== 'ready')
      found.push(`address ${address} of ${container}: its connection was cut off; ${RESTART}`);
    else if (!alive.has(containerId))
      found.push(`address ${address} is held by ${container}, which does not run; ${RESTART}`);
    else if (hostIf !== '' && !links.has(hostIf)) found.push(`link ${hostIf} of ${container} is missing; ${MENDED}`);
    else if (!namespaces.has(namespaceName(deps, containerId)))
      found.push(`network namespace of ${container} is missing; restart the container`);
  }
  for (const { endpoint, parent, parentIsThere } of await findLostSubLinks(deps)) {
    if (!alive.has(endpoint.containerId)) continue;
    const link = `link ${endpoint.ifName} of container ${shortId(endpoint.containerId)}`;
    found.push(
      parentIsThere
        ? `${link} is missing; ${MENDED}`
        : `${link} is missing with the link ${parent} of the host that it shares; give that back`,
    );
  }
  for (const name of await strayNamespaces(deps, alive)) {
    found.push(`network namespace ${join(deps.paths.netns, name)} belongs to nobody; ${RESTART}`);
  }
  for (const name of await strayLinks(deps)) found.push(`link ${name} belongs to nobody; ${RESTART}`);
  if (networks.length === 0) return found;
  found.push(...(await deps.names.problems(await nameZones(deps.store))));
  return [...found, ...(await deps.firewall.problems(await firewallState(deps.store)))];
}

async function strayNamespaces(deps: NetworkDeps, alive: ReadonlySet<ContainerId>): Promise<string[]> {
  const wanted = new Set([...alive].map((containerId) => namespaceName(deps, containerId)));
  return (await listNamespaces(deps)).filter((name) => !wanted.has(name));
}

async function listNamespaces(deps: NetworkDeps): Promise<string[]> {
  try {
    return await readdir(deps.paths.netns);
  } catch (cause) {
    // Before the first `ensure` there is no folder.
    if (errnoOf(cause) === 'ENOENT') return [];
    throw cause;
  }
}

function namespaceName(deps: NetworkDeps, containerId: ContainerId): string {
  return deps.paths.netnsOf(containerId).slice(deps.paths.netns.length + 1);
}

async function strayLinks(deps: NetworkDeps): Promise<string[]> {
  const known = new Set((await deps.store.listEndpoints()).map(({ hostIf }) => hostIf));
  for (const { bridge } of await deps.store.list()) if (bridge !== undefined) known.add(bridge);
  const prefix = hostLinkPrefix(deps.instance);
  const links = await deps.kernel.listLinks();
  return links.filter(({ name }) => name.startsWith(prefix) && !known.has(name)).map(({ name }) => name);
}
