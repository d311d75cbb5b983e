import { EngineError } from '#engine/errors/index.ts';
import { type ContainerId, deepFrozen } from '#engine/lib/index.ts';
import type { EndpointRecord, NetworkRecord, NetworkStore, NetworkSubnet } from '#engine/networks/index.ts';
import { type Db, isMissingRow, isUniqueViolation, type LateWrites, withoutSync } from '../db/index.ts';
import { fromJson, toJson } from './json.ts';
import { RowCache } from './row-cache.ts';

type NetworkRow = NonNullable<Awaited<ReturnType<Db['network']['findUnique']>>>;
type EndpointRow = NonNullable<Awaited<ReturnType<Db['endpoint']['findUnique']>>>;

/** The name of the table of endpoints in what waits for the disk. */
const TO = 'endpoint';

/** Links and addresses of containers end with the power: only the rows of networks are written to outlive that. */
export class PrismaNetworkStore implements NetworkStore {
  readonly #db: Db;
  readonly #late: LateWrites;
  readonly #networks: RowCache<NetworkRow>;
  readonly #endpoints: RowCache<EndpointRow>;
  /** What was read of a row that is still the same, shared and not to be changed. */
  readonly #read = new WeakMap<EndpointRow, EndpointRecord>();

  constructor(db: Db, late: LateWrites) {
    this.#db = db;
    this.#late = late;
    this.#networks = new RowCache(
      () => db.network.findMany(),
      ({ id }) => id,
    );
    const readEndpoints = async () => late.applied(TO, await db.endpoint.findMany(), keyOfRow);
    this.#endpoints = new RowCache(readEndpoints, keyOfRow);
    late.register(TO, ({ key, data }) => {
      const [containerId = '', networkId = ''] = key.split(' ');
      const where = { containerId, networkId };
      return data === null ? db.endpoint.deleteMany({ where }) : db.endpoint.updateMany({ where, data });
    });
  }

  async insert(network: NetworkRecord): Promise<void> {
    const { labels, options, bridge, subnets, ...plain } = network;
    const data = {
      ...plain,
      bridge: bridge ?? null,
      subnetsJson: toJson(subnets),
      labelsJson: toJson(labels),
      optionsJson: toJson(options),
    };
    await translating(`network with name ${network.name} already exists`, 'network_name_taken', () =>
      this.#networks.insert(() => this.#db.network.create({ data })),
    );
  }

  async update(id: string, change: Partial<Omit<NetworkRecord, 'id'>>): Promise<void> {
    const { labels, options, bridge, subnets, ...plain } = change;
    const data = {
      ...plain,
      ...('bridge' in change && { bridge: bridge ?? null }),
      ...(subnets && { subnetsJson: toJson(subnets) }),
      ...(labels && { labelsJson: toJson(labels) }),
      ...(options && { optionsJson: toJson(options) }),
    };
    await translating(`network ${change.name ?? id} already exists`, 'network_name_taken', () =>
      this.#networks.write(id, () => this.#db.network.update({ where: { id }, data })),
    );
  }

  async list(): Promise<NetworkRecord[]> {
    const rows = await this.#networks.all();
    return rows.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1)).map(toNetwork);
  }

  async delete(id: string): Promise<void> {
    await this.#networks.write(id, async () => {
      await this.#db.network.deleteMany({ where: { id } });
      return undefined;
    });
  }

  async insertEndpoint(endpoint: EndpointRecord): Promise<void> {
    const { address, aliases, dns, ports, ipv6, ...plain } = endpoint;
    const lists = { aliasesJson: toJson(aliases), dnsJson: toJson(dns), portsJson: toJson(ports) };
    const data = { ...plain, address: addressColumn(address, ipv6), ipv6: ipv6 ?? null, ...lists };
    const message = `address ${data.address} or container ${endpoint.containerId} is in this network already`;
    await translating(message, 'endpoint_exists', () =>
      this.#endpoints.insert(() => withoutSync(() => this.#db.endpoint.create({ data }))),
    );
  }

  async updateEndpoint(containerId: ContainerId, networkId: string, change: Partial<EndpointRecord>): Promise<void> {
    const { address, aliases, dns, ports, ipv6, ...plain } = change;
    const data = {
      ...plain,
      ...(address !== undefined && { address: addressColumn(address, ipv6) }),
      ...('ipv6' in change && { ipv6: ipv6 ?? null }),
      ...(dns && { dnsJson: toJson(dns) }),
      ...(aliases && { aliasesJson: toJson(aliases) }),
      ...(ports && { portsJson: toJson(ports) }),
    };
    await translating(`address ${change.address} is in this network already`, 'endpoint_exists', () =>
      this.#endpoints.write(endpointKey(containerId, networkId), (row) => {
        const write = () =>
          withoutSync(() =>
            this.#db.endpoint.update({ where: { containerId_networkId: { containerId, networkId } }, data }),
          );
        // Only that it goes may wait for a disk that cannot be written to.
        if (row === undefined || change.state !== 'removing') return this.#late.inOrder(write);
        return this.#late.write({ to: TO, key: keyOfRow(row), data }, write, () => ({ ...row, ...data }));
      }),
    );
  }

  async deleteEndpoint(containerId: ContainerId, networkId: string): Promise<void> {
    const key = endpointKey(containerId, networkId);
    await this.#endpoints.write(key, async () => {
      const write = () => withoutSync(() => this.#db.endpoint.deleteMany({ where: { containerId, networkId } }));
      await this.#late.write({ to: TO, key, data: null }, write, () => undefined);
      return undefined;
    });
  }

  async listEndpoints(containerId?: ContainerId): Promise<EndpointRecord[]> {
    const rows = await this.#endpoints.all();
    const chosen = containerId === undefined ? rows : rows.filter((row) => row.containerId === containerId);
    return chosen.sort(byKey).map((row) => this.#toEndpoint(row));
  }

  #toEndpoint(row: EndpointRow): EndpointRecord {
    let endpoint = this.#read.get(row);
    if (endpoint === undefined) {
      endpoint = deepFrozen(toEndpoint(row));
      this.#read.set(row, endpoint);
    }
    return endpoint;
  }
}

/** Unique in a network, so it holds the IPv6 address where there is no IPv4. */
function addressColumn(address: string, ipv6: string | undefined): string {
  return address === '' ? (ipv6 ?? '') : address;
}

function endpointKey(containerId: string, networkId: string): string {
  return `${containerId} ${networkId}`;
}

function keyOfRow({ containerId, networkId }: EndpointRow): string {
  return endpointKey(containerId, networkId);
}

function byKey(a: EndpointRow, b: EndpointRow): number {
  if (a.containerId !== b.containerId) return a.containerId < b.containerId ? -1 : 1;
  return a.networkId < b.networkId ? -1 : 1;
}

async function translating(message: string, reason: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (isUniqueViolation(cause)) throw new EngineError('already_exists', message, { reason }, { cause });
    if (isMissingRow(cause))
      throw new EngineError('not_found', 'No such network', { reason: 'network_not_found' }, { cause });
    throw cause;
  }
}

function toNetwork(row: NetworkRow): NetworkRecord {
  const { labelsJson, optionsJson, subnetsJson, ...plain } = row;
  const what = `network ${row.id}`;
  return {
    ...plain,
    driver: row.driver as NetworkRecord['driver'],
    state: row.state as NetworkRecord['state'],
    bridge: row.bridge ?? undefined,
    subnets: toSubnets(fromJson(subnetsJson, what)),
    labels: fromJson(labelsJson, what),
    options: fromJson(optionsJson, what),
  };
}

/** JSON has no undefined: what is absent comes back as a member. */
function toSubnets(subnets: Partial<NetworkSubnet>[]): NetworkSubnet[] {
  return subnets.map(({ subnet = '', gateway, ipRange, auxAddresses = {}, fromPool }) => {
    return { subnet, gateway, ipRange, auxAddresses, ...(fromPool === true ? { fromPool } : {}) };
  });
}

function toEndpoint(row: EndpointRow): EndpointRecord {
  const { aliasesJson, dnsJson, portsJson, ...plain } = row;
  const what = `endpoint of container ${row.containerId}`;
  return {
    ...plain,
    containerId: row.containerId as ContainerId,
    state: row.state as EndpointRecord['state'],
    address: row.address === row.ipv6 ? '' : row.address,
    ipv6: row.ipv6 ?? undefined,
    dns: fromJson(dnsJson, what),
    aliases: fromJson(aliasesJson, what),
    ports: fromJson(portsJson, what),
  };
}
