import { saysAll } from './attribute-tree.ts';
import { NetlinkSocket } from './netlink-socket.ts';
import {
  ACCEPT,
  batchBorders,
  chainAttributes,
  changeElements,
  commentData,
  deleteForeignRule,
  deleteTable,
  dumpChains,
  dumpElements,
  dumpRules,
  dumpSets,
  FORWARD_HOOK,
  getGeneration,
  getTable,
  INET,
  INPUT_HOOK,
  type NftStep,
  newForeignRule,
  replaceTable,
  setAttributes,
} from './nft-message.ts';
import {
  attributesOf,
  type ChainReply,
  consistsOf,
  expressionsOf,
  foundElements,
  handleOf,
  isDormant,
  notesOf,
  parseChain,
  parseSetName,
  wantedElements,
} from './nft-reply.ts';
import { acceptsLink, CLOSING_RULES, namesLink, passRules, ruleExpressions } from './nft-rule.ts';
import type {
  ChainPass,
  ClosedChain,
  NftChain,
  NftChainPlace,
  NftComparison,
  NftElementChange,
  NftSet,
  NftTable,
} from './nft-table.ts';
import { SyscallError } from './syscall-error.ts';
import type { Syscalls } from './syscalls.ts';

const NETLINK_NETFILTER = 12;
/** Families whose chains see packets that the host forwards or gets. */
const FILTERING: ReadonlyMap<number, string> = new Map([
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

  listClosedChains(pass: ChainPass): ClosedChain[] {
    return this.#chains().flatMap((chain) => {
      const family = FILTERING.get(chain.family);
      if (family === undefined || !isFilter(chain, pass.hook)) return [];
      const rules = this.#dump(dumpRules(chain.table, chain.name, chain.family));
      if (chain.base?.policy === ACCEPT && !rules.some(isClosing)) return [];
      const accepts = isFirewalld(chain) ? this.#hasZoneFor(chain, pass) : acceptsAll(rules, pass);
      return [{ family, table: chain.table, chain: chain.name, accepts }];
    });
  }

  letThrough(chain: NftChainPlace, pass: ChainPass): void {
    const family = [...FILTERING].find(([, name]) => name === chain.family)?.[0];
    if (family === undefined) throw new RangeError(`${chain.family} is no family`);
    const place = { ...chain, family };
    const found = this.#dump(dumpRules(chain.table, chain.chain, family));
    const ours = found.filter((rule) => notesOf(rule).equals(commentData(pass.comment)));
    const last = found.find(isClosing);
    const before = last === undefined ? undefined : handleOf(last);
    this.#transact([
      ...ours.map((rule) => deleteForeignRule(place, handleOf(rule))),
      ...passRules(pass).map((expressions) => newForeignRule(place, { expressions, comment: pass.comment, before })),
    ]);
  }

  /** Firewalld decides in chains of zones, which it finds by names of links. */
  #hasZoneFor({ family, table }: ChainReply, { links }: ChainPass): boolean {
    const chains = this.#chains().filter((chain) => chain.family === family && chain.table === table);
    const rules = chains.flatMap(({ name }) => this.#dump(dumpRules(table, name, family)));
    return links.every((link) =>
      rules.some((rule) => namesLink('iifname', link).some((pattern) => consistsOf(rule, pattern, { more: true }))),
    );
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

function isFilter({ base }: ChainReply, hook: ChainPass['hook']): boolean {
  return base?.type === 'filter' && base.hook === (hook === 'forward' ? FORWARD_HOOK : INPUT_HOOK);
}

function isFirewalld({ family, table }: ChainReply): boolean {
  return family === INET && table === 'firewalld';
}

function isClosing(rule: Buffer): boolean {
  return CLOSING_RULES.some((pattern) => consistsOf(rule, pattern));
}

/** Our rules, or those that the owner of the host added by hand. */
function acceptsAll(rules: readonly Buffer[], pass: ChainPass): boolean {
  if (passRules(pass).every((wanted) => rules.some((rule) => saysAll(expressionsOf(rule), wanted)))) return true;
  if (pass.hook === 'input') return false;
  return pass.links.every((link) =>
    (['iifname', 'oifname'] as const).every((side) =>
      rules.some((rule) => acceptsLink(side, link).some((pattern) => consistsOf(rule, pattern))),
    ),
  );
}

/** A kernel without netlink for its filter refuses the socket, one without nf_tables the first question. */
function isMissing(cause: unknown): boolean {
  return cause instanceof SyscallError && ['EPROTONOSUPPORT', 'EAFNOSUPPORT', 'EINVAL'].includes(cause.errno);
}

function withoutFilter(): SyscallError {
  return new SyscallError({ syscall: 'nf_tables', errno: 'EPROTONOSUPPORT', text: 'the kernel has no nf_tables' });
}
