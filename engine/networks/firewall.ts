import { EngineError, isEngineError } from '../errors/index.ts';
import type { Kernel, NftElementChange } from '../kernel/index.ts';
import { type FirewallState, firewallTable, type PublishedPort, portChanges } from './firewall-table.ts';
import { findForeignDrops, letThroughForeign } from './foreign-drops.ts';

const MENDED = 'the running server mends it within 30 seconds';

type FirewallKernel = Pick<
  Kernel,
  'writeTable' | 'changeElements' | 'compareTable' | 'listClosedChains' | 'letThrough'
>;

/**
 * The one table of this instance, compared with what the rows say. The caller makes sure that only one method runs at a
 * time.
 */
export class Firewall {
  readonly #kernel: FirewallKernel;
  readonly #table: string;

  constructor(kernel: FirewallKernel, table: string) {
    this.#kernel = kernel;
    this.#table = table;
  }

  /** True when the table differed and was written anew. */
  async sync(state: FirewallState): Promise<boolean> {
    const { sameRules, sameElements } = await this.#compare(state);
    if (sameRules && sameElements) return false;
    await this.#rebuild(state);
    return true;
  }

  /** `state` is what shall be true afterwards; it is written whole when the table is not as expected. */
  async addPorts(ports: readonly PublishedPort[], state: FirewallState): Promise<void> {
    await this.#change(portChanges('add', ports), state);
  }

  async removePorts(ports: readonly PublishedPort[], state: FirewallState): Promise<void> {
    await this.#change(portChanges('delete', ports), state);
  }

  /** Makes the chains of others let containers through; says in words what that took. */
  letThrough({ networks }: FirewallState): Promise<string[]> {
    return this.#reached(() =>
      letThroughForeign(
        this.#kernel,
        this.#table,
        networks.map(({ bridge }) => bridge),
      ),
    );
  }

  /** What is wrong, in words. */
  async problems(state: FirewallState): Promise<string[]> {
    const problems: string[] = [];
    const { exists, sameRules, sameElements } = await this.#compare(state);
    const table = `firewall table inet ${this.#table}`;
    if (!exists) problems.push(`${table} is missing; ${MENDED}`);
    else {
      if (!sameRules) problems.push(`${table}: its rules were changed; ${MENDED}`);
      if (!sameElements) problems.push(`${table} does not hold the ports and networks of the records; ${MENDED}`);
    }
    return [...problems, ...(await this.#foreignDrops(state))];
  }

  /** Chains of others that drop what containers send or get, each with the command that lets it through. */
  async #foreignDrops({ networks }: FirewallState): Promise<string[]> {
    const bridges = networks.map(({ bridge }) => bridge);
    const drops = await this.#reached(() => findForeignDrops(this.#kernel, this.#table, bridges));
    return drops.map(({ chain, fix }) => `chain ${chain} drops traffic of containers; ${fix}`);
  }

  #compare(state: FirewallState) {
    return this.#reached(() => this.#kernel.compareTable(firewallTable(this.#table, state)));
  }

  #rebuild(state: FirewallState): Promise<void> {
    return this.#reached(() => this.#kernel.writeTable(firewallTable(this.#table, state)));
  }

  async #change(changes: readonly NftElementChange[], state: FirewallState): Promise<void> {
    if (changes.length === 0) return;
    try {
      await this.#reached(() => this.#kernel.changeElements(this.#table, changes));
    } catch (cause) {
      // Somebody flushed the table, or an element is (not) there already: the records know better.
      if (isEngineError(cause, 'unavailable')) throw cause;
      await this.#rebuild(state);
    }
  }

  async #reached<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      if (!isEngineError(cause, 'denied') && !isEngineError(cause, 'unavailable')) throw cause;
      throw new EngineError(
        'unavailable',
        `The firewall cannot be changed: ${cause.message}`,
        { reason: 'firewall_unavailable' },
        { cause },
      );
    }
  }
}
