import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterNetworks, findOverlap, type NetworkFilter } from './network-list.ts';

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

const OVERLAPS: [subnet: string, network: string | undefined][] = [
  ['10.89.0.0/24', 'front'],
  ['10.89.0.128/25', 'front'],
  ['10.89.0.0/16', 'front'],
  ['10.89.1.7/32', 'back'],
  ['10.89.2.0/24', undefined],
  ['0.0.0.0/0', 'bridge'],
  ['172.18.0.0/16', undefined],
  ['10.89.0.0', undefined],
  ['10.89.0.300/24', undefined],
  ['fd00::/64', undefined],
];

for (const [subnet, network] of OVERLAPS) {
  test(`${subnet} overlaps ${network ?? 'nothing'}`, () => {
    assert.equal(findOverlap(subnet, NETWORKS)?.network, network);
  });
}
