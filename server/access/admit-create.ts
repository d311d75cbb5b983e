import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ContainerConfig, MountSpec } from '#engine/containers/index.ts';
import { EngineError, isEngineError } from '#engine/errors/index.ts';
import { deniedError } from '../errors/index.ts';
import { admit } from './admit.ts';
import type { AdmissionPolicy } from './admit-rules.ts';
import { can } from './can.ts';
import type { Ownership } from './ownership.ts';
import type { Actor } from './roles.ts';

/** What the verdict on a new container asks of its environment. */
export interface CreateFacts {
  containers: { inspect(ref: string): Promise<{ id: string; createdBy?: string | undefined }> };
  volumes: { list(): Promise<readonly { name: string }[]> };
  networks: { list(): Promise<readonly { id: string; name: string; builtin: boolean }[]> };
  ownership: Pick<Ownership, 'claim' | 'ownerOf' | 'release'>;
}

interface AdmittedCreate {
  /** The request in its one form: real paths, containers by id. This, and nothing else, may run. */
  config: ContainerConfig;
  /** Runs the creation; named volumes it makes become the actor's. */
  run<T>(create: (config: ContainerConfig) => Promise<T>): Promise<T>;
}

/**
 * The second gate of a creation with everything it must look up: first every name and path gets its one form, then that is judged.
 * Containers and volumes of others are refused with the words for ones that do not exist.
 *
 * @throws EngineError `denied`
 */
export async function admitCreate(
  asked: ContainerConfig,
  actor: Actor,
  facts: CreateFacts,
  policy: Pick<AdmissionPolicy, 'bindRoots' | 'requireLimits'> = {},
): Promise<AdmittedCreate> {
  const free = can(actor, 'container:host-access');
  const own = new Map<string, string>();
  // The engine itself says what is wrong with the names an administrator gives.
  if (!free) for (const ref of joinedContainers(asked)) await addOwnContainer(own, ref, actor, facts);
  const config = toOneForm(asked, own, await realSources(asked.mounts));
  const names = [...new Set(config.mounts.flatMap((mount) => (mount.type === 'volume' ? (mount.name ?? []) : [])))];
  const existing = new Set(names.length === 0 ? [] : (await facts.volumes.list()).map(({ name }) => name));
  const owners = new Map<string, string | undefined>();
  for (const name of names) owners.set(name, await facts.ownership.ownerOf('volume', name));
  const networks = await usableNetworks(config, actor, facts);
  const ids = new Set(own.values());
  admit(config, actor, {
    ...policy,
    mayUse(kind, name) {
      if (kind === 'container') return ids.has(name);
      if (kind === 'network') return networks.has(name);
      const owner = owners.get(name);
      return owner === undefined ? !existing.has(name) : owner === actor.id;
    },
  });
  const fresh = names.filter((name) => owners.get(name) === undefined && !existing.has(name));
  return { config, run: (create) => runWithClaims(fresh, actor, free, facts, () => create(config)) };
}

/** Of the networks a request names those that are everybody's or the actor's own; what does not exist is nobody's. */
async function usableNetworks(config: ContainerConfig, actor: Actor, facts: CreateFacts): Promise<ReadonlySet<string>> {
  const named = [config.network, ...(config.networks ?? []).map(({ network }) => network)];
  const usable = new Set<string>();
  if (named.every((name) => name === 'bridge')) return usable;
  for (const { id, name, builtin } of await facts.networks.list()) {
    const calls = named.filter((one) => one === name || (one.length >= 12 && id.startsWith(one)));
    if (calls.length === 0) continue;
    const mine = builtin ? name !== 'host' : (await facts.ownership.ownerOf('network', id)) === actor.id;
    if (mine) for (const one of calls) usable.add(one);
  }
  return usable;
}

/** A name is claimed before its volume is made: of two who make it at once, one is refused. */
async function runWithClaims<T>(
  fresh: readonly string[],
  actor: Actor,
  free: boolean,
  { ownership, volumes }: CreateFacts,
  create: () => Promise<T>,
): Promise<T> {
  for (const name of fresh) {
    await ownership.claim('volume', name, actor.id);
    if (!free && (await ownership.ownerOf('volume', name)) !== actor.id) throw deniedError('volume:create');
  }
  try {
    const made = await create();
    // Again: a failed attempt of the same person at the same time may have given the name back.
    for (const name of fresh) await ownership.claim('volume', name, actor.id);
    return made;
  } catch (error) {
    const left = new Set(fresh.length === 0 ? [] : (await volumes.list()).map(({ name }) => name));
    for (const name of fresh) if (!left.has(name)) await ownership.release('volume', name);
    throw error;
  }
}

const JOINABLE = ['network', 'pidMode', 'ipcMode', 'utsMode'] as const;

function joinedContainers(config: ContainerConfig): string[] {
  const links = [...(config.links ?? []), ...(config.networks ?? []).flatMap((endpoint) => endpoint.links ?? [])];
  const donors = [...(config.volumesFrom ?? []), ...links].map((text) => text.split(':')[0] ?? '');
  return [...JOINABLE.flatMap((field) => joined(config[field]) ?? []), ...donors];
}

function joined(mode: string | undefined): string | undefined {
  return mode?.startsWith('container:') ? mode.slice('container:'.length) : undefined;
}

async function addOwnContainer(own: Map<string, string>, ref: string, actor: Actor, facts: CreateFacts): Promise<void> {
  try {
    const { id, createdBy } = await facts.containers.inspect(ref);
    if (createdBy === actor.id) own.set(ref, id);
  } catch (error) {
    // One that does not exist, or a prefix of several, is answered as one of somebody else: with a refusal.
    if (!isEngineError(error)) throw error;
  }
}

function toOneForm(
  config: ContainerConfig,
  own: ReadonlyMap<string, string>,
  sources: ReadonlyMap<string, string>,
): ContainerConfig {
  const copy = { ...config };
  for (const field of JOINABLE) {
    const id = own.get(joined(config[field]) ?? '');
    // A container renamed between verdict and start must not bring another one in under its old name.
    if (id !== undefined) copy[field] = `container:${id}`;
  }
  if (config.volumesFrom !== undefined) {
    copy.volumesFrom = config.volumesFrom.map((text) => {
      const [container = '', ...modes] = text.split(':');
      return [own.get(container) ?? container, ...modes].join(':');
    });
  }
  const bind = (link: string): string => {
    const [container = '', alias = container, ...more] = link.split(':');
    return [own.get(container) ?? container, alias, ...more].join(':');
  };
  if (config.links !== undefined) copy.links = config.links.map(bind);
  if (config.networks !== undefined) {
    copy.networks = config.networks.map((endpoint) =>
      endpoint.links === undefined ? endpoint : { ...endpoint, links: endpoint.links.map(bind) },
    );
  }
  copy.mounts = config.mounts.map((mount) =>
    mount.type === 'bind' ? { ...mount, source: sources.get(mount.source) ?? mount.source } : mount,
  );
  return copy;
}

async function realSources(mounts: readonly MountSpec[]): Promise<ReadonlyMap<string, string>> {
  const sources = new Map<string, string>();
  for (const mount of mounts) if (mount.type === 'bind') sources.set(mount.source, await realPath(mount.source));
  return sources;
}

const MAX_LINKS = 40;

/** Without links, dots and doubled slashes; what does not exist yet is appended to its real parent. */
async function realPath(path: string, links = 0): Promise<string> {
  const plain = resolve(path);
  try {
    return await realpath(path);
  } catch {
    // Missing, or not to be followed: its parent decides.
    if (plain === '/') return plain;
  }
  const parent = await realPath(dirname(plain), links);
  // A link to what does not exist yet must be judged by where it leads: that is what would be made.
  const target = await readlink(plain).catch(() => undefined);
  if (target === undefined) return join(parent, basename(plain));
  if (links >= MAX_LINKS) throw new EngineError('invalid_argument', `Too many links: ${path}`, { reason: 'link_loop' });
  return realPath(resolve(parent, target), links + 1);
}
