import { EngineError, isEngineError } from '../errors/index.ts';
import type { Kernel } from '../kernel/index.ts';
import {
  elementsOf,
  type FirewallState,
  foreignForwardDrops,
  type PublishedPort,
  parseListing,
  portCommands,
  rebuildText,
  sameElements,
} from './firewall-text.ts';

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
    if (listing === undefined) problems.push(`firewall table inet ${this.#table} is missing`);
    else {
      if (this.#rules !== undefined && listing.rules !== this.#rules) problems.push('firewall rules were changed');
      if (!sameElements(listing.elements, elementsOf(state)))
        problems.push('firewall does not hold the ports and networks of the records');
    }
    const foreign = foreignForwardDrops(await this.#run('list chains'), this.#table);
    return [...problems, ...foreign.map((chain) => `chain ${chain} drops forwarded traffic of containers`)];
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
