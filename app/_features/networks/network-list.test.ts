import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressUse, filterNetworks, type NetworkFilter, stoppedOn } from './network-list.ts';

const NETWORKS = [
  { id: 'aa11', name: 'bridge', builtin: true, endpoints: [], subnets: [{ subnet: '172.17.0.0/16' }] },
  { id: 'bb22', name: 'front', builtin: false, endpoints: [{}], subnets: [{ subnet: '10.89.0.0/24' }] },
  {
    id: 'cc33',
    name: 'back',
    builtin: false,
    endpoints: [],
    subnets: [{ subnet: '10.89.1.0/24' }, { subnet: 'fd00::/64' }],
  },
];

const CASES: [query: string, filter: NetworkFilter, names: string[]][] = [
  ['', 'all', ['bridge', 'front', 'back']],
  ['', 'used', ['front']],
  ['', 'unused', ['back']],
  ['', 'builtin', ['bridge']],
  ['10.89', 'all', ['front', 'back']],
  ['CC3', 'all', ['back']],
  ['front', 'unused', []],
];

for (const [query, filter, names] of CASES) {
  test(`"${query}" among ${filter} finds ${names.length}`, () => {
    assert.deepEqual(
      filterNetworks(NETWORKS, { query, filter }).map(({ name }) => name),
      names,
    );
  });
}

const subnet = (text: string, gateway?: string, ipRange?: string) => ({ subnet: text, gateway, ipRange });
const USES: [what: string, subnets: ReturnType<typeof subnet>[], use: object | undefined][] = [
  ['a /24 with a gateway', [subnet('10.89.0.0/24', '10.89.0.1')], { used: 1, total: 253 }],
  ['a /30 without one', [subnet('10.89.0.0/30')], { used: 1, total: 2 }],
  ['a range of it', [subnet('10.89.0.0/24', '10.89.0.1', '10.89.0.128/25')], { used: 1, total: 128 }],
  ['IPv6 alone', [subnet('fd00::/64', 'fd00::1')], undefined],
  ['no subnet', [], undefined],
];

for (const [what, subnets, use] of USES) {
  test(`addresses of ${what}`, () => assert.deepEqual(addressUse({ subnets, endpoints: [{}] }), use));
}

test('stopped containers that belong to a network are those that name it and are not on it', () => {
  const network = { name: 'front', endpoints: [{ containerId: 'runs' }] };
  const containers = [
    { id: 'runs', networkMode: 'front' },
    { id: 'rests', networkMode: 'front' },
    { id: 'elsewhere', networkMode: 'back' },
  ];
  assert.deepEqual(
    stoppedOn(network, containers).map(({ id }) => id),
    ['rests'],
  );
});
