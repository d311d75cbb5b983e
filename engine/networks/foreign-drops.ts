import type { Kernel } from '../kernel/index.ts';
import { acceptCommand, acceptsInstance, foreignForwardDrops } from './firewall-text.ts';

/** A chain of somebody else that drops what containers send to others and get from them. */
interface ForeignDrop {
  /** `family table chain`. */
  chain: string;
  /** The command that lets it through. */
  fix: string;
}

/**
 * No rule of our table can save a packet from another's policy, and theirs are not ours to change: they are told.
 * Those whose owner lets this instance through already are left out.
 */
export async function findForeignDrops(kernel: Pick<Kernel, 'nft'>, instance: string): Promise<ForeignDrop[]> {
  const found: ForeignDrop[] = [];
  for (const chain of foreignForwardDrops(await kernel.nft('list chains'), instance)) {
    if (acceptsInstance(await kernel.nft(`list chain ${chain}`), instance)) continue;
    found.push({ chain, fix: acceptCommand(chain, instance) });
  }
  return found;
}
