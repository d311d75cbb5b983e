import { randomBytes } from 'node:crypto';
import { EngineError } from '../errors/index.ts';
import {
  canonicalAddress,
  contains,
  type Family,
  formatCidr,
  isIpv6,
  overlaps,
  parseAddress,
  parseCidr,
} from './ip.ts';
import { type AddressPool, chooseSubnet, gatewayOf } from './ipam.ts';
import type { GatewayMode } from './network-options.ts';
import type { NetworkSubnet, SubnetRequest } from './network-service.ts';

export interface SubnetPlan {
  asked: readonly SubnetRequest[];
  enableIpv4: boolean;
  enableIpv6: boolean;
  /** With `isolated` the host has no address in the network. */
  gatewayModes?: Readonly<Record<Family, GatewayMode>> | undefined;
  pools: readonly AddressPool[];
  networks: readonly { name: string; subnets: readonly NetworkSubnet[] }[];
  /** What the host routes already: only subnets nobody asked for keep away from it, as Docker's. */
  routes: readonly string[];
}

/**
 * The subnets of a new network, at most one of each family, with their gateways. What was not asked for is chosen.
 *
 * @throws EngineError `invalid_argument`, `conflict` with reason `subnet_overlap` and details `{ subnet, network, other }`,
 * `resource_exhausted`
 */
export function planSubnets(plan: SubnetPlan): NetworkSubnet[] {
  const problems = plan.asked.flatMap((asked) => problemsOf(asked, plan));
  if (problems.length > 0) throw invalid(problems);
  const given = (family: Family) => plan.asked.filter((asked) => familyOf(asked) === family);
  if (given(4).length > 1 || given(6).length > 1) throw invalid(["bridge driver doesn't support multiple subnets"]);
  const [four = {}] = given(4);
  const [six = {}] = given(6);
  const planned: NetworkSubnet[] = [];
  if (plan.enableIpv4) planned.push(toSubnet(four, four.subnet ?? freeSubnet(plan), plan));
  if (plan.enableIpv6) planned.push(toSubnet(six, six.subnet ?? freeIpv6Subnet(plan), plan));
  for (const { subnet } of planned) assertFree(subnet, plan);
  return planned;
}

function familyOf({ subnet, gateway }: SubnetRequest): Family {
  return isIpv6(subnet ?? gateway ?? '') ? 6 : 4;
}

/** Docker's sentences, one for each thing that is wrong. */
function problemsOf(asked: SubnetRequest, plan: SubnetPlan): string[] {
  const { subnet, ipRange, gateway } = asked;
  if (subnet === undefined) {
    const alone = [gateway, ipRange, ...Object.values(asked.auxAddresses ?? {})].filter((text) => text !== undefined);
    return alone.map((text) => `invalid subnet: ${text} needs the subnet it belongs to`);
  }
  const block = tryParse(() => parseCidr(subnet));
  if (block === undefined) return [`invalid subnet ${subnet}: invalid CIDR block notation`];
  const problems: string[] = [];
  if (formatCidr(block) !== normal(subnet))
    problems.push(`invalid subnet ${subnet}: it should be ${formatCidr(block)}`);
  if (block.family === 6 ? !plan.enableIpv6 : !plan.enableIpv4) {
    problems.push(`invalid subnet ${subnet}: IPv${block.family} has not been enabled for this network`);
  }
  if (gateway !== undefined && isIsolated(plan, block.family)) {
    problems.push(`invalid gateway ${gateway}: gateway mode 'isolated' leaves the host without an address`);
  }
  if (block.family === 4 && block.prefix > 30) problems.push(`invalid subnet ${subnet}: it has no room for containers`);
  if (ipRange !== undefined) problems.push(...rangeProblems(ipRange, subnet));
  const inside = (what: string, text: string): string[] => {
    const address = tryParse(() => parseAddress(text));
    if (address === undefined) return [`invalid ${what} ${text}: invalid address`];
    if (address.family !== block.family)
      return [`invalid ${what} ${text}: parent subnet is an IPv${block.family} block`];
    if (contains(block, address)) return [];
    return [`invalid ${what} ${text}: parent subnet ${subnet} doesn't contain this address`];
  };
  if (gateway !== undefined) problems.push(...inside('gateway', gateway));
  for (const [name, text] of Object.entries(asked.auxAddresses ?? {})) {
    // Docker names the address by what it is called.
    problems.push(
      ...inside('auxiliary address', text).map((words) => words.replace(`address ${text}:`, `address ${name}:`)),
    );
  }
  return problems;
}

function rangeProblems(ipRange: string, subnet: string): string[] {
  const block = parseCidr(subnet);
  const range = tryParse(() => parseCidr(ipRange));
  if (range === undefined) return [`invalid ip-range ${ipRange}: invalid CIDR block notation`];
  if (range.family !== block.family)
    return [`invalid ip-range ${ipRange}: parent subnet is an IPv${block.family} block`];
  if (range.prefix < block.prefix) {
    return [`invalid ip-range ${ipRange}: CIDR block is bigger than its parent subnet ${subnet}`];
  }
  if (formatCidr(range) !== normal(ipRange)) return [`invalid ip-range ${ipRange}: it should be ${formatCidr(range)}`];
  if (overlaps(block, range)) return [];
  return [`invalid ip-range ${ipRange}: parent subnet ${subnet} doesn't contain ip-range`];
}

function tryParse<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    // The caller has better words for it.
    return undefined;
  }
}

/** The address in its one form with the prefix as it was. */
function normal(cidr: string): string {
  const [address = '', prefix = ''] = cidr.split('/');
  return `${canonicalAddress(address)}/${Number(prefix)}`;
}

function isIsolated({ gatewayModes }: SubnetPlan, family: Family): boolean {
  return gatewayModes?.[family] === 'isolated';
}

function toSubnet(asked: SubnetRequest, text: string, plan: SubnetPlan): NetworkSubnet {
  const subnet = formatCidr(parseCidr(text));
  const aux = Object.entries(asked.auxAddresses ?? {}).map(([name, address]) => [name, canonicalAddress(address)]);
  const auxAddresses: Record<string, string> = Object.fromEntries(aux);
  const given = asked.gateway === undefined ? undefined : canonicalAddress(asked.gateway);
  const chosen = () => given ?? gatewayOf(subnet, new Set(Object.values(auxAddresses)));
  return {
    subnet,
    gateway: isIsolated(plan, parseCidr(subnet).family) ? undefined : chosen(),
    ipRange: asked.ipRange === undefined ? undefined : formatCidr(parseCidr(asked.ipRange)),
    auxAddresses,
    ...(asked.subnet === undefined ? { fromPool: true } : {}),
  };
}

function takenSubnets({ networks }: SubnetPlan): string[] {
  return networks.flatMap(({ subnets }) => subnets.map(({ subnet }) => subnet));
}

function freeSubnet(plan: SubnetPlan): string {
  return chooseSubnet(plan.pools, [...takenSubnets(plan), ...plan.routes]);
}

/** A unique local prefix (RFC 4193), drawn until nobody has it. */
function freeIpv6Subnet(plan: SubnetPlan): string {
  const taken = takenSubnets(plan).map(parseCidr);
  for (;;) {
    const subnet = formatCidr(
      parseCidr(
        `fd${randomBytes(5)
          .toString('hex')
          .replace(/^(..)(....)/, '$1:$2:')}::/64`,
      ),
    );
    if (!taken.some((block) => overlaps(block, parseCidr(subnet)))) return subnet;
  }
}

function assertFree(subnet: string, { networks }: SubnetPlan): void {
  const block = parseCidr(subnet);
  for (const network of networks) {
    const other = network.subnets.find((one) => overlaps(parseCidr(one.subnet), block));
    if (other === undefined) continue;
    const words = 'invalid pool request: Pool overlaps with other one on this address space';
    throw new EngineError('conflict', `${words}: ${subnet} overlaps ${other.subnet} of network ${network.name}`, {
      reason: 'subnet_overlap',
      subnet,
      network: network.name,
      other: other.subnet,
    });
  }
}

function invalid(problems: readonly string[]): EngineError {
  return new EngineError('invalid_argument', `invalid network config:\n${problems.join('\n')}`, {
    reason: 'invalid_subnets',
    problems: [...problems],
  });
}
