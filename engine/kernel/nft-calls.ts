import { saysAll } from './attribute-tree.ts';
import { NetlinkSocket } from './netlink-socket.ts';
import {
  ACCEPT,
  batchBorders,
  chainAttributes,
  changeElements,
  deleteTable,
  dumpChains,
  dumpElements,
  dumpRules,
  dumpSets,
  FORWARD_HOOK,
  getGeneration,
  getTable,
  INET,
  type NftStep,
  replaceTable,
  setAttributes,
} from './nft-message.ts';
import {
  attributesOf,
  type ChainReply,
  consistsOf,
  expressionsOf,
  foundElements,
  isDormant,
  parseChain,
  parseSetName,
  wantedElements,
} from './nft-reply.ts';
import { acceptsLinks, ruleExpressions } from './nft-rule.ts';
import type { ForwardDrop, NftChain, NftComparison, NftElementChange, NftSet, NftTable } from './nft-table.ts';
import { SyscallError } from './syscall-error.ts';
import type { Syscalls } from './syscalls.ts';

const NETLINK_NETFILTER = 12;
/** Families whose chains see packets that the host forwards. */
const FORWARDING: ReadonlyMap<number, string> = new Map([
  [INET, 'inet'],
  [2, 'ip'],
  [7, 'bridge'],
  [10, 'ip6'],
]);

/**
 * The packet filter, over netlink. Of tables that are not ours only chains are listed, and rules read of those that drop.
 */
export class NftCalls {
  readonly #sys: Syscalls;
  #opened: NetlinkSocket | undefined;

  constructor(sys: Syscalls) {
    this.#sys = sys;
  }

  writeTable(table: NftTable): void {
    this.#transact(replaceTable(table));
  }

  tryTable(table: NftTable): void {
    this.#transact(replaceTable(table), { commit: false });
  }

  deleteTable(name: string): boolean {
    if (this.#socket().get(getTable(name), 'ENOENT') === undefined) return false;
    this.#transact([deleteTable(name)]);
    return true;
  }

  changeElements(table: string, changes: readonly NftElementChange[]): void {
    this.#transact(changeElements(table, changes));
  }

  compareTable(table: NftTable): NftComparison {
    const found = this.#socket().get(getTable(table.name), 'ENOENT');
    if (found === undefined) return { exists: false, sameRules: false, sameElements: false };
    const sets = new Map(
      this.#dump(dumpSets(table.name)).map((payload) => [parseSetName(payload), attributesOf(payload)]),
    );
    return {
      exists: true,
      sameRules: !isDormant(found) && this.#hasChains(table) && hasSets(sets, table.sets),
      sameElements: table.sets.every((set) => sets.has(set.name) && this.#hasElements(table.name, set)),
    };
  }

  listForwardDrops(linkPrefix: string): ForwardDrop[] {
    return this.#chains().flatMap((chain) => {
      const family = FORWARDING.get(chain.family);
      if (family === undefined || !dropsForwarded(chain)) return [];
      const rules = this.#dump(dumpRules(chain.table, chain.name, chain.family));
      const sides = [acceptsLinks('iifname', linkPrefix), acceptsLinks('oifname', linkPrefix)];
      const accepts = sides.every((side) => rules.some((rule) => consistsOf(rule, side)));
      return [{ family, table: chain.table, chain: chain.name, accepts }];
    });
  }

  #hasChains(table: NftTable): boolean {
    const chains = this.#chains().filter((chain) => chain.family === INET && chain.table === table.name);
    const found = new Map(chains.map(({ name, attributes }) => [name, attributes]));
    return (
      found.size === table.chains.length &&
      table.chains.every((chain) => {
        const attributes = found.get(chain.name);
        return (
          attributes !== undefined && saysAll(attributes, chainAttributes(chain)) && this.#hasRules(table.name, chain)
        );
      })
    );
  }

  #hasRules(table: string, { name, rules }: NftChain): boolean {
    const found = this.#dump(dumpRules(table, name)).map(expressionsOf);
    return (
      found.length === rules.length &&
      rules.every((rule, index) => saysAll(found[index] ?? Buffer.alloc(0), ruleExpressions(rule)))
    );
  }

  #hasElements(table: string, set: NftSet): boolean {
    const found = foundElements(this.#dump(dumpElements(table, set.name)));
    return found.join('\n') === wantedElements(set).join('\n');
  }

  #chains(): ChainReply[] {
    return this.#dump(dumpChains()).map(parseChain);
  }

  #dump(message: Parameters<NetlinkSocket['dump']>[0]): Buffer[] {
    return this.#socket().dump(message);
  }

  #transact(steps: readonly NftStep[], { commit } = { commit: true }): void {
    const { begin, end } = batchBorders();
    const refusal = this.#socket().transact(
      begin,
      steps.map(({ message }) => message),
      commit ? end : undefined,
    );
    if (refusal === undefined) return;
    const said = refusal.text === '' ? refusal.errno : `${refusal.errno}, ${refusal.text}`;
    const what = steps[refusal.index]?.what ?? 'the transaction';
    throw new SyscallError({ syscall: 'nf_tables', errno: refusal.errno, text: `${what}: ${said}` });
  }

  /** Opened at the first use: a kernel without packet filter can still mount. */
  #socket(): NetlinkSocket {
    if (this.#opened !== undefined) return this.#opened;
    let socket: NetlinkSocket | undefined;
    try {
      socket = new NetlinkSocket(this.#sys, NETLINK_NETFILTER);
      socket.get(getGeneration());
    } catch (cause) {
      // Not kept: the administrator may load the module while we run.
      socket?.[Symbol.dispose]();
      throw isMissing(cause) ? withoutFilter() : cause;
    }
    this.#opened = socket;
    return socket;
  }
}

function hasSets(found: ReadonlyMap<string, Buffer>, wanted: readonly NftSet[]): boolean {
  return (
    found.size === wanted.length &&
    wanted.every((set) => {
      const attributes = found.get(set.name);
      return attributes !== undefined && saysAll(attributes, setAttributes(set));
    })
  );
}

function dropsForwarded({ base }: ChainReply): boolean {
  return base?.type === 'filter' && base.hook === FORWARD_HOOK && base.policy !== ACCEPT;
}

/** A kernel without netlink for its filter refuses the socket, one without nf_tables the first question. */
function isMissing(cause: unknown): boolean {
  return cause instanceof SyscallError && ['EPROTONOSUPPORT', 'EAFNOSUPPORT', 'EINVAL'].includes(cause.errno);
}

function withoutFilter(): SyscallError {
  return new SyscallError({ syscall: 'nf_tables', errno: 'EPROTONOSUPPORT', text: 'the kernel has no nf_tables' });
}
