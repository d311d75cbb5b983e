import { readFile } from 'node:fs/promises';
import { isEngineError } from '../errors/index.ts';
import type { ChainPass, ClosedChain, Kernel } from '../kernel/index.ts';
import { findLegacyDrops } from './legacy-drops.ts';

/** A chain of somebody else that drops what containers send and get. */
interface ForeignDrop {
  /** `family table chain`, for older tables the program in place of the family. */
  chain: string;
  /** The command that lets it through. */
  fix: string;
}

/**
 * Bridges of other container engines, whose rules of before version 28 leave what nobody accepted to the policy of the
 * chain: only the published ports of their containers are for ours.
 */
const ENGINE_BRIDGES = ['docker*', 'br-*'];
const FIREWALLD = 'firewalld';

/** Containers of user-defined networks ask the bridge's address for names. */
const NAMES = [
  { protocol: 'udp', port: 53 },
  { protocol: 'tcp', port: 53 },
] as const;

type ReadKernel = Pick<Kernel, 'listClosedChains'>;

/** Those that do not let this instance's links through, `bridges` being the ones with names of their own. */
export async function findForeignDrops(
  kernel: ReadKernel,
  instance: string,
  bridges: readonly string[] = [],
): Promise<ForeignDrop[]> {
  const found: ForeignDrop[] = [];
  for (const pass of passesOf(instance, bridges, [])) {
    for (const chain of await listClosed(kernel, instance, pass)) {
      const drop = { chain: nameOf(chain), fix: acceptCommand(chain, pass) };
      // One command for both chains of firewalld.
      if (!found.some(({ fix }) => fix === drop.fix)) found.push(drop);
    }
  }
  const links = passesOf(instance, bridges, []).flatMap(({ links }) => links.map((link) => link.replace('*', '+')));
  return [...found, ...(await findLegacyDrops([...new Set(links)]))];
}

/**
 * Adds rules of ours to the chains of others that drop what nobody accepted: behind all that decide about a packet, so
 * that what their owner refuses stays refused. Our own table decides what may reach a container. Says what was done; a
 * chain that cannot be changed is left to `findForeignDrops`.
 */
export async function letThroughForeign(
  kernel: ReadKernel & Pick<Kernel, 'letThrough'>,
  instance: string,
  bridges: readonly string[],
): Promise<string[]> {
  const done: string[] = [];
  for (const pass of passesOf(instance, bridges, await defaultLinks())) {
    for (const chain of await listClosed(kernel, instance, pass)) {
      // Behind its chains of zones nothing comes by any more.
      if (chain.table === FIREWALLD) continue;
      try {
        await kernel.letThrough(chain, pass);
      } catch (cause) {
        // A table may have an owner who alone can change it, or be gone again.
        if (isEngineError(cause, 'denied') || isEngineError(cause, 'not_found')) continue;
        throw cause;
      }
      done.push(`let containers through the firewall chain ${nameOf(chain)}`);
    }
  }
  return done;
}

/** `uplinks` are the links by which this host reaches the world. */
function passesOf(instance: string, bridges: readonly string[], uplinks: readonly string[]): ChainPass[] {
  const links = [`${instance}*`, ...bridges.filter((bridge) => !bridge.startsWith(instance))];
  const notTo = ENGINE_BRIDGES.filter((pattern) => !uplinks.some((link) => link.startsWith(pattern.slice(0, -1))));
  const shared = { links, notTo, services: NAMES, comment: `davit ${instance}` };
  return [
    { hook: 'forward', ...shared },
    { hook: 'input', ...shared },
  ];
}

async function listClosed(kernel: ReadKernel, instance: string, pass: ChainPass): Promise<ClosedChain[]> {
  const chains = await kernel.listClosedChains(pass);
  return chains.filter(({ family, table, accepts }) => !accepts && !(family === 'inet' && table === instance));
}

function nameOf({ family, table, chain }: ClosedChain): string {
  return `${family} ${table} ${chain}`;
}

/** Firewalld may be the only one who can change its table, and it has words for links. */
function acceptCommand(chain: ClosedChain, { hook, links, services }: ChainPass): string {
  if (chain.table === FIREWALLD) {
    const added = links.map((link) => `--add-interface=${link.replace('*', '+')}`).join(' ');
    return `firewall-cmd --permanent --zone=trusted ${added} && firewall-cmd --reload`;
  }
  const insert = (match: string) => `nft insert rule ${nameOf(chain)} ${match} accept`;
  return links
    .flatMap((link) =>
      hook === 'forward'
        ? ['iifname', 'oifname'].map((side) => insert(`${side} '"${link}"'`))
        : services.map(({ protocol, port }) => insert(`iifname '"${link}"' ${protocol} dport ${port}`)),
    )
    .join(' && ');
}

/** Links by which this host reaches the world (proc(5), /proc/net/route). */
async function defaultLinks(): Promise<string[]> {
  const rows = (await readFile('/proc/net/route', 'utf8')).split('\n').slice(1);
  return rows.map((row) => row.split('\t')).flatMap(([link = '', target]) => (target === '00000000' ? [link] : []));
}
