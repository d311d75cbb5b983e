import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newContainerId } from '../lib/index.ts';
import type { EndpointRecord, NetworkRecord, NetworkStore } from './network-service.ts';

const network: NetworkRecord = {
  id: 'n1',
  name: 'bridge',
  driver: 'bridge',
  state: 'creating',
  builtin: true,
  bridge: 'davit0',
  subnets: [
    { subnet: '172.17.0.0/16', gateway: '172.17.0.1', ipRange: undefined, auxAddresses: { host: '172.17.0.9' } },
    { subnet: 'fd00::/64', gateway: undefined, ipRange: 'fd00::/80', auxAddresses: {} },
  ],
  enableIpv6: true,
  internal: false,
  labels: { a: 'b' },
  options: {},
  createdAt: new Date('2026-01-02T03:04:05.678Z'),
};

function endpoint(change: Partial<EndpointRecord> = {}): EndpointRecord {
  return {
    containerId: newContainerId(),
    networkId: 'n1',
    name: 'web',
    state: 'creating',
    address: '172.17.0.2',
    ipv6: undefined,
    mac: '02:42:ac:11:00:02',
    hostIf: 'davit1',
    ifName: 'eth0',
    priority: 0,
    aliases: ['web'],
    dns: [],
    ports: [{ protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 8080 }],
    ...change,
  };
}

/** What every NetworkStore has to do; `make` gives an empty one. */
export function networkStoreSuite(name: string, make: () => NetworkStore | Promise<NetworkStore>): void {
  const withStore = (title: string, body: (store: NetworkStore) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => body(await make()));
  };

  withStore('returns what was inserted and changed, absent members included', async (store) => {
    await store.insert(network);
    assert.deepEqual(await store.list(), [network]);
    await store.update('n1', { state: 'ready', bridge: undefined, subnets: [] });
    assert.deepEqual(await store.list(), [{ ...network, state: 'ready', bridge: undefined, subnets: [] }]);
    await assert.rejects(store.update('n2', { state: 'ready' }), { code: 'not_found' });
  });

  withStore('a name is taken once', async (store) => {
    await store.insert(network);
    await assert.rejects(store.insert({ ...network, id: 'n2' }), { code: 'already_exists' });
    await store.delete('n1');
    await store.insert({ ...network, id: 'n2' });
  });

  withStore('a container has one endpoint in a network, and an address one owner', async (store) => {
    await store.insert(network);
    const first = endpoint();
    await store.insertEndpoint(first);
    assert.deepEqual(await store.listEndpoints(), [first]);
    assert.deepEqual(await store.listEndpoints(first.containerId), [first]);
    assert.deepEqual(await store.listEndpoints(newContainerId()), []);
    await assert.rejects(store.insertEndpoint(endpoint()), { code: 'already_exists' });
    const second = { ...first, address: '172.17.0.3' };
    await assert.rejects(store.insertEndpoint(second), { code: 'already_exists' });
    const six = endpoint({ address: '172.17.0.3', ipv6: 'fd00::3', priority: -1, dns: ['192.0.2.1'] });
    await store.insertEndpoint(six);
    assert.deepEqual(
      (await store.listEndpoints()).filter(({ ipv6 }) => ipv6 !== undefined),
      [six],
    );
    await assert.rejects(store.insertEndpoint(endpoint({ address: '172.17.0.4', ipv6: 'fd00::3' })), {
      code: 'already_exists',
    });
  });

  withStore('endpoints of a network without IPv4 have no address of that family', async (store) => {
    await store.insert(network);
    const two = ['fd00::3', 'fd00::4'].map((ipv6) => endpoint({ address: '', ipv6 }));
    for (const one of two) await store.insertEndpoint(one);
    for (const one of two) {
      await store.updateEndpoint(one.containerId, 'n1', { state: 'ready' });
      assert.deepEqual(await store.listEndpoints(one.containerId), [{ ...one, state: 'ready' }]);
    }
    await assert.rejects(store.insertEndpoint(endpoint({ address: '', ipv6: 'fd00::3' })), { code: 'already_exists' });
  });

  withStore('endpoints change and go; a network goes when they have gone', async (store) => {
    await store.insert(network);
    const { containerId } = endpoint();
    await store.insertEndpoint(endpoint({ containerId }));
    await store.updateEndpoint(containerId, 'n1', { state: 'ready', ports: [] });
    const [saved] = await store.listEndpoints();
    assert.deepEqual([saved?.state, saved?.ports], ['ready', []]);
    const other = endpoint({ address: '172.17.0.3' });
    await store.insertEndpoint(other);
    await store.deleteEndpoint(containerId, 'n1');
    assert.deepEqual(await store.listEndpoints(), [other]);
    await store.deleteEndpoint(other.containerId, 'n1');
    await store.delete('n1');
    assert.deepEqual([await store.list(), await store.listEndpoints()], [[], []]);
  });
}
