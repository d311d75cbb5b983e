import { EngineError, isEngineError } from '../errors/index.ts';
import type { Kernel } from '../kernel/index.ts';
import {
  elementsOf,
  type FirewallState,
  hasAllRules,
  type PublishedPort,
  parseListing,
  portCommands,
  rebuildText,
  sameElements,
} from './firewall-text.ts';
import { findForeignDrops } from './foreign-drops.ts';

const MENDED = 'the running server mends it within 30 seconds';

/**
 * The one table of this instance. Its rules are compared with how they looked right after we wrote them, its elements
 * with the rows. The caller makes sure that only one method runs at a time.
 */
export class Firewall {
  readonly #kernel: Pick<Kernel, 'nft'>;
  readonly #table: string;
  #rules: string | undefined;

  constructor(kernel: Pick<Kernel, 'nft'>, table: string) {
    this.#kernel = kernel;
    this.#table = table;
  }

  /** True when the table differed and was written anew. */
  async sync(state: FirewallState): Promise<boolean> {
    if (await this.#isIntact(state)) return false;
    await this.#rebuild(state);
    return true;
  }

  /** `state` is what shall be true afterwards; it is written whole when the table is not as expected. */
  async addPorts(ports: readonly PublishedPort[], state: FirewallState): Promise<void> {
    await this.#change(portCommands('add', this.#table, ports), state);
  }

  async removePorts(ports: readonly PublishedPort[], state: FirewallState): Promise<void> {
    await this.#change(portCommands('delete', this.#table, ports), state);
  }

  /** What is wrong, in words. */
  async problems(state: FirewallState): Promise<string[]> {
    const problems: string[] = [];
    const listing = await this.#list();
    const table = `firewall table inet ${this.#table}`;
    if (listing === undefined) problems.push(`${table} is missing; ${MENDED}`);
    else {
      // Another process has not seen how the rules looked when they were written; it counts them.
      const changed = this.#rules === undefined ? !hasAllRules(listing.rules) : listing.rules !== this.#rules;
      if (changed) problems.push(`${table}: its rules were changed; ${MENDED}`);
      if (!sameElements(listing.elements, elementsOf(state)))
        problems.push(`${table} does not hold the ports and networks of the records; ${MENDED}`);
    }
    return [...problems, ...(await this.#foreignDrops())];
  }

  /** Chains of others that drop what containers send or get, each with the command that lets it through. */
  async #foreignDrops(): Promise<string[]> {
    const drops = await findForeignDrops({ nft: (commands) => this.#run(commands) }, this.#table);
    return drops.map(({ chain, fix }) => `chain ${chain} drops traffic of containers; ${fix}`);
  }

  async #isIntact(state: FirewallState): Promise<boolean> {
    // The first time in this process the rules may be those of an older version.
    if (this.#rules === undefined) return false;
    const listing = await this.#list();
    return listing !== undefined && listing.rules === this.#rules && sameElements(listing.elements, elementsOf(state));
  }

  async #rebuild(state: FirewallState): Promise<void> {
    await this.#run(rebuildText(this.#table, state));
    this.#rules = (await this.#list())?.rules;
  }

  async #change(commands: string, state: FirewallState): Promise<void> {
    if (commands === '') return;
    try {
      await this.#run(commands);
    } catch (cause) {
      // Somebody flushed the table, or an element is (not) there already: the records know better.
      if (isEngineError(cause, 'unavailable')) throw cause;
      await this.#rebuild(state);
    }
  }

  async #list() {
    try {
      return parseListing(await this.#run(`list table inet ${this.#table}`));
    } catch (cause) {
      if (isEngineError(cause) && cause.details['errno'] === 'ENOENT') return undefined;
      throw cause;
    }
  }

  async #run(commands: string): Promise<string> {
    try {
      return await this.#kernel.nft(commands);
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
