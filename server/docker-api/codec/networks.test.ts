import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointRecord, NetworkDetail } from '#engine/networks/index.ts';
import { golden } from './golden.ts';
import { JsonObject } from './json-object.ts';
import { fromEndpointConfig, fromNetworkCreate, toNetwork } from './networks.ts';

interface Recorded {
  Name: string;
  Id: string;
  Created: string;
  Internal: boolean;
  Driver: string;
  IPAM: { Config: { Subnet: string; Gateway: string }[] | null };
  Options: Record<string, string>;
  Labels: Record<string, string>;
  Containers: Record<string, { Name: string; EndpointID: string; MacAddress: string; IPv4Address: string }>;
}

/** A recorded network, as our engine would tell of it. */
function fromRecording(recorded: Recorded): NetworkDetail {
  return {
    id: recorded.Id,
    name: recorded.Name,
    driver: recorded.Driver === 'bridge' || recorded.Driver === 'host' ? recorded.Driver : 'none',
    state: 'ready',
    builtin: false,
    bridge: undefined,
    subnets: (recorded.IPAM.Config ?? []).map(({ Subnet, Gateway }) => ({
      subnet: Subnet,
      gateway: Gateway,
      ipRange: undefined,
      auxAddresses: {},
    })),
    enableIpv6: false,
    internal: recorded.Internal,
    labels: recorded.Labels,
    options: recorded.Options,
    createdAt: new Date(recorded.Created),
    endpoints: Object.entries(recorded.Containers).map(
      ([containerId, { Name, MacAddress, IPv4Address }]): EndpointRecord => ({
        containerId: containerId as EndpointRecord['containerId'],
        networkId: recorded.Id,
        name: Name,
        state: 'ready',
        address: IPv4Address.split('/')[0] ?? '',
        ipv6: undefined,
        mac: MacAddress,
        hostIf: '',
        ifName: 'eth0',
        priority: 0,
        aliases: [],
        dns: [],
        ports: [],
      }),
    ),
  };
}

/** Times of ours have milliseconds, and endpoints another id. */
function comparable(network: Pick<Recorded, 'Containers' | 'Created'>) {
  const Containers = Object.fromEntries(
    Object.entries(network.Containers).map(([id, { EndpointID, ...rest }]) => [
      id,
      { ...rest, length: EndpointID.length },
    ]),
  );
  return { ...network, Containers, Created: network.Created.replace(/(\.\d{3})\d*Z$/, '$1Z') };
}

for (const name of ['network-inspect', 'network-inspect-bridge']) {
  test(`an inspected network is what dockerd sends (${name})`, async () => {
    const recorded = await golden<Recorded>(name);
    const names = new Map(Object.entries(recorded.Containers).map(([id, { Name }]) => [id, Name]));
    assert.deepEqual(comparable(toNetwork(fromRecording(recorded), names)), comparable(recorded));
  });
}

test('a list holds no containers, and host and none no addresses', async () => {
  for (const recorded of await golden<Recorded[]>('network-list')) {
    assert.deepEqual(comparable(toNetwork(fromRecording(recorded))), comparable(recorded));
  }
});

test('that there is IPv4 is told in every version', async () => {
  const network = fromRecording(await golden<Recorded>('network-inspect'));
  assert.equal(toNetwork(network).EnableIPv4, true);
  const subnets = [{ subnet: 'fd00::/64', gateway: 'fd00::1', ipRange: undefined, auxAddresses: {} }];
  assert.equal(toNetwork({ ...network, enableIpv6: true, subnets }).EnableIPv4, false);
});

test('IPv6 has a block and addresses of its own', async () => {
  const network = fromRecording(await golden<Recorded>('network-inspect'));
  const subnets = [
    ...network.subnets,
    { subnet: 'fd00:1::/64', gateway: 'fd00:1::1', ipRange: undefined, auxAddresses: { router: 'fd00:1::9' } },
  ];
  const endpoints = network.endpoints.map((endpoint) => ({ ...endpoint, ipv6: 'fd00:1::2' }));
  const json = toNetwork({ ...network, subnets, endpoints, enableIpv6: true }, new Map());
  assert.deepEqual(json.IPAM.Config?.[1], {
    Subnet: 'fd00:1::/64',
    Gateway: 'fd00:1::1',
    AuxiliaryAddresses: { router: 'fd00:1::9' },
  });
  const [container] = Object.values(json.Containers);
  assert.deepEqual([container?.IPv4Address, container?.IPv6Address], ['172.18.0.2/16', 'fd00:1::2/64']);
});

const create = (body: object) => fromNetworkCreate(JsonObject.from(body, ''));

test('a request to create is read with its blocks of addresses', () => {
  const Config = [{ Subnet: '10.9.0.0/24', IPRange: '10.9.0.128/25', AuxiliaryAddresses: { a: '10.9.0.9' } }];
  const body = {
    Name: 'n',
    Driver: '',
    IPAM: { Driver: 'default', Config },
    Internal: true,
    Labels: { k: 'v' },
    Options: null,
  };
  assert.deepEqual(create(body), {
    name: 'n',
    driver: undefined,
    enableIpv4: undefined,
    enableIpv6: undefined,
    internal: true,
    labels: { k: 'v' },
    options: {},
    subnets: [{ subnet: '10.9.0.0/24', gateway: undefined, ipRange: '10.9.0.128/25', auxAddresses: { a: '10.9.0.9' } }],
  });
});

for (const [body, message] of [
  [{ Name: 'n', IPAM: { Driver: 'nope' } }, 'plugin "nope" not found'],
  [{ Name: 'n', ConfigOnly: true }, 'config-only networks are not supported'],
] as const) {
  test(`${JSON.stringify(body)} is refused`, () => {
    assert.throws(() => create(body), { message });
  });
}

test('what a client asks of an endpoint may be nothing', () => {
  const asked = { Aliases: ['db'], IPAMConfig: { IPv4Address: '10.9.0.5' }, MacAddress: '', GwPriority: 3 };
  const { aliases, ipv4, mac, priority } = fromEndpointConfig('n', JsonObject.from(asked, ''));
  assert.deepEqual([aliases, ipv4, mac, priority], [['db'], '10.9.0.5', undefined, 3]);
  assert.equal(fromEndpointConfig('n', undefined).ipv4, undefined);
});
