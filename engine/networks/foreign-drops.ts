import type { Kernel } from '../kernel/index.ts';

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
export async function findForeignDrops(
  kernel: Pick<Kernel, 'listForwardDrops'>,
  instance: string,
): Promise<ForeignDrop[]> {
  return (await kernel.listForwardDrops(instance))
    .filter(({ family, table, accepts }) => !accepts && !(family === 'inet' && table === instance))
    .map(({ family, table, chain }) => ({
      chain: `${family} ${table} ${chain}`,
      fix: acceptCommand(`${family} ${table} ${chain}`, instance),
    }));
}

/** The dropping chain itself must accept what comes from the instance's links and what goes there. */
function acceptCommand(chain: string, instance: string): string {
  return ['iifname', 'oifname'].map((side) => `nft insert rule ${chain} ${side} '"${instance}*"' accept`).join(' && ');
}
