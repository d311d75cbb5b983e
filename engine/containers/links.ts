import { posix } from 'node:path';
import { EngineError, isEngineError } from '../errors/index.ts';
import { shortId } from '../lib/index.ts';
import type { ContainerConfig, ContainerRecord } from './container-service.ts';
import type { Context } from './context.ts';
import { hasOwnNetworks, sharedWith } from './network-mode.ts';
import { resolveRef } from './resolve-ref.ts';

/** Another container under the name that this one knows it by. */
interface Link {
  other: ContainerRecord;
  alias: string;
}

/** A link to a container that is on one of the same networks now. */
export interface LiveLink extends Link {
  address: string;
  /** Of the default network, whose links bring variables with them. */
  ofDefault: boolean;
}

/** `CONTAINER[:ALIAS]`; inspect's `/name:/this/alias` as well. @throws EngineError `invalid_argument` in Docker's words */
export function parseLink(text: string): { container: string; alias: string } {
  if (text === '') throw refused('empty string specified for links');
  const [container = '', alias = container, ...more] = text.split(':');
  if (container === '' || alias === '' || more.length > 0) throw refused(`bad format for links: ${text}`);
  const name = posix.basename(alias);
  // It becomes a word of /etc/hosts.
  if (!/^[\w.-]+$/.test(name)) throw refused(`bad format for links: ${text}`);
  return { container, alias: name };
}

/**
 * Links of the default network are to one container whatever its name will be, so they are kept with its id. A network of
 * its own looks names up at each start, as in dockerd.
 *
 * @throws EngineError `invalid_argument`, also for a container that is not there; `conflict` for modes without links
 */
export async function bindLinks(ctx: Pick<Context, 'store'>, config: ContainerConfig): Promise<ContainerConfig> {
  const { links = [], network } = config;
  for (const link of linksOfNetworks(config)) parseLink(link);
  if (links.length === 0) return config;
  const parsed = links.map(parseLink);
  if (network === 'host') throw conflicting('host type networking');
  if (sharedWith(network) !== undefined) throw conflicting('container type network');
  if (!isDefault(network)) return config;
  const bound: string[] = [];
  for (const { container, alias } of parsed) {
    const other = await resolveLinked(ctx, container);
    if (other.config.network === 'host') throw conflicting('host type networking');
    bound.push(`${other.id}:${alias}`);
  }
  return { ...config, links: [...new Set(bound)] };
}

/** What a start on the default network needs. @throws EngineError `conflict` naming the container, in Docker's words */
export async function assertLinksRun(ctx: Context, record: ContainerRecord): Promise<void> {
  if (!isDefault(record.config.network)) return;
  const links = await findLinks(ctx, record.config.links ?? []);
  if (links.length === 0) return;
  const { endpoints } = await ctx.networks.get('bridge');
  for (const { other, alias } of links) {
    if (!isLive(other)) {
      const words = `Cannot link to a non running container: /${other.name} AS /${record.name}/${alias}`;
      throw new EngineError('conflict', words, { reason: 'linked_not_running', container: other.name });
    }
    if (endpoints.some(({ containerId }) => containerId === other.id)) continue;
    const words = `Cannot link to /${other.name}, as it does not belong to the default network`;
    throw new EngineError('conflict', words, { reason: 'linked_elsewhere', container: other.name });
  }
}

/** The links that lead somewhere now; the container has been attached to its networks. */
export async function findLiveLinks(ctx: Context, record: ContainerRecord): Promise<LiveLink[]> {
  if (!hasOwnNetworks(record.config)) return [];
  if (allLinks(record.config).length === 0) return [];
  const { links = [], network } = record.config;
  const networks = (await ctx.networks.list()).filter(({ endpoints }) =>
    endpoints.some(({ containerId }) => containerId === record.id),
  );
  const found: LiveLink[] = [];
  const look = async (texts: readonly string[], ofDefault: boolean): Promise<void> => {
    const endpoints = networks.filter(({ name }) => (name === 'bridge') === ofDefault).flatMap((one) => one.endpoints);
    for (const link of await findLinks(ctx, texts)) {
      const address = endpoints.find(({ containerId }) => containerId === link.other.id)?.address;
      if (address !== undefined) found.push({ ...link, address, ofDefault });
    }
  };
  const ofNetworks = linksOfNetworks(record.config);
  if (isDefault(network)) await look(links, true);
  await look(isDefault(network) ? ofNetworks : [...new Set([...links, ...ofNetworks])], false);
  return found;
}

/** Every link of a container, of whichever network, each once. */
export function allLinks(config: Pick<ContainerConfig, 'links' | 'networks'>): string[] {
  return [...new Set([...(config.links ?? []), ...linksOfNetworks(config)])];
}

function linksOfNetworks({ networks = [] }: Pick<ContainerConfig, 'networks'>): string[] {
  return networks.flatMap((endpoint) => endpoint.links ?? []);
}

/** One line of /etc/hosts: alias, name on its own prompt, and name, each once. */
export function linkLine({ other, alias, address }: LiveLink): string {
  const names = new Set([alias, other.config.hostname || shortId(other.id), other.name]);
  return `${address}\t${[...names].join(' ')}\n`;
}

/** Whether the mode is the default network, whose links are of the older kind. */
export function isDefault(network: string): boolean {
  return network === '' || network === 'default' || network === 'bridge';
}

async function findLinks(ctx: Pick<Context, 'store'>, links: readonly string[]): Promise<Link[]> {
  const found: Link[] = [];
  for (const { container, alias } of links.map(parseLink)) {
    try {
      found.push({ other: await resolveRef(ctx.store, container), alias });
    } catch (error) {
      // Removed since: the link went with it.
      if (!isEngineError(error)) throw error;
    }
  }
  return found;
}

/** Not `not_found`: clients would take that for the image and pull it. */
async function resolveLinked(ctx: Pick<Context, 'store'>, ref: string): Promise<ContainerRecord> {
  try {
    return await resolveRef(ctx.store, ref);
  } catch (cause) {
    if (!isEngineError(cause)) throw cause;
    const words = `could not get container for ${ref}: ${cause.message}`;
    throw new EngineError('invalid_argument', words, { reason: 'link_invalid', field: 'links' }, { cause });
  }
}

function isLive({ state }: ContainerRecord): boolean {
  return state.status === 'running' || state.status === 'paused';
}

function conflicting(mode: string): EngineError {
  const words = `conflicting options: ${mode} can't be used with links. This would result in undefined behavior`;
  return new EngineError('invalid_argument', words, { reason: 'links_conflict', field: 'links' });
}

function refused(message: string): EngineError {
  return new EngineError('invalid_argument', message, { reason: 'link_invalid', field: 'links' });
}
