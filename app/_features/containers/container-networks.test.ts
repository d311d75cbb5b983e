import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerDetail } from '../../_lib/trpc.ts';
import { attachmentsOf } from './container-networks.ts';

const id = 'c'.repeat(64) as ContainerDetail['id'];
const endpoint = {
  containerId: id,
  networkId: 'n1',
  name: 'web',
  state: 'ready' as const,
  address: '10.1.0.2',
  ipv6: 'fd00::2',
  mac: '02:42:0a:01:00:02',
  hostIf: 'v1',
  ifName: 'eth0',
  priority: 0,
  aliases: ['www'],
  dns: [],
  ports: [],
};
const subnet = (text: string, gateway: string) => ({ subnet: text, gateway, ipRange: undefined, auxAddresses: {} });
const NETWORKS = [
  { id: 'n0', name: 'bridge', builtin: true, driver: 'bridge' as const, subnets: [], endpoints: [] },
  {
    id: 'n1',
    name: 'front',
    builtin: false,
    driver: 'bridge' as const,
    subnets: [subnet('10.1.0.0/24', '10.1.0.1'), subnet('fd00::/64', 'fd00::1')],
    endpoints: [endpoint],
  },
];
const container = (networks?: { network: string; aliases?: string[]; ipv4?: string }[]) => ({
  id,
  name: 'web',
  networkMode: 'bridge',
  config: { networks },
});

test('a live attachment shows addresses, gateways and the names others find it by', () => {
  const [front] = attachmentsOf(container([{ network: 'front' }]), NETWORKS);
  assert.deepEqual(front, {
    network: 'front',
    networkId: 'n1',
    live: true,
    addresses: ['10.1.0.2', 'fd00::2'],
    mac: '02:42:0a:01:00:02',
    gateways: ['10.1.0.1', 'fd00::1'],
    names: ['web', 'www', id.slice(0, 12)],
  });
});

test('a network it comes back to shows what is asked of it, one that is gone keeps its name', () => {
  const found = attachmentsOf(container([{ network: 'bridge' }, { network: 'gone', ipv4: '10.2.0.9' }]), NETWORKS);
  assert.deepEqual(
    found.map(({ network, live, addresses, names }) => ({ network, live, addresses, names })),
    [
      { network: 'bridge', live: false, addresses: [], names: [] },
      { network: 'gone', live: false, addresses: ['10.2.0.9'], names: [] },
      { network: 'front', live: true, addresses: ['10.1.0.2', 'fd00::2'], names: ['web', 'www', id.slice(0, 12)] },
    ],
  );
});

test('without a list the mode is the network', () => {
  assert.deepEqual(
    attachmentsOf(
      container(),
      [NETWORKS[0]].flatMap((one) => one ?? []),
    ).map(({ network }) => network),
    ['bridge'],
  );
});
