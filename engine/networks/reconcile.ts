import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../errors/index.ts';
import type { ContainerId } from '../lib/index.ts';
import { firewallState, hostLinkPrefix, isBridge, lockNetworks, type NetworkDeps } from './deps.ts';
import { detachLocked } from './detach.ts';
import { ensureNetworksLocked } from './ensure.ts';

/** Drops what belongs to nobody alive and restores what the living need; says in words what it did. */
export async function reconcileNetworks(deps: NetworkDeps, alive: ReadonlySet<ContainerId>): Promise<string[]> {
  using _lock = await lockNetworks(deps);
  const done: string[] = [];
  const dead = (await deps.store.listEndpoints()).filter(({ containerId }) => !alive.has(containerId));
  for (const containerId of new Set(dead.map((endpoint) => endpoint.containerId))) {
    await detachLocked(deps, containerId);
    done.push(`detached container ${containerId}`);
  }
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

/** Differences between rows and kernel, in words. */
export async function verifyNetworks(deps: NetworkDeps, alive: ReadonlySet<ContainerId>): Promise<string[]> {
  using _lock = await lockNetworks(deps);
  const found: string[] = [];
  const links = new Map((await deps.kernel.listLinks()).map((link) => [link.name, link]));
  for (const network of (await deps.store.list()).filter(isBridge)) {
    if (links.get(network.bridge)?.up !== true) found.push(`bridge ${network.bridge} is missing or down`);
  }
  const namespaces = new Set(await listNamespaces(deps));
  for (const { containerId, hostIf } of await deps.store.listEndpoints()) {
    if (!alive.has(containerId)) found.push(`endpoint of container ${containerId}, which does not run`);
    else if (!links.has(hostIf)) found.push(`link ${hostIf} of container ${containerId} is missing`);
    else if (!namespaces.has(namespaceName(deps, containerId))) {
      found.push(`network namespace of container ${containerId} is missing`);
    }
  }
  for (const name of await strayNamespaces(deps, alive)) found.push(`network namespace ${name} belongs to nobody`);
  for (const name of await strayLinks(deps)) found.push(`link ${name} belongs to nobody`);
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
  const prefix = hostLinkPrefix(deps.instance);
  const links = await deps.kernel.listLinks();
  return links.filter(({ name }) => name.startsWith(prefix) && !known.has(name)).map(({ name }) => name);
}
