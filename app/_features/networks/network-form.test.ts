import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNetworkInput } from '#server/trpc/networks/networks.schema.ts';
import { checkNetwork, emptyNetwork, fieldOfReason, type NetworkForm, toNetworkRequest } from './network-form.ts';

const form = (change: Partial<NetworkForm>): NetworkForm => ({ ...emptyNetwork(), name: 'shop', ...change });

test('an empty form leaves the subnet to the server', () => {
  const request = createNetworkInput.parse(toNetworkRequest(form({})));
  assert.deepEqual([request.subnets, request.driver, request.options], [[], 'bridge', {}]);
});

test('both families, range, options and labels arrive', () => {
  const request = createNetworkInput.parse(
    toNetworkRequest(
      form({
        subnet: '10.9.0.0/24',
        gateway: '10.9.0.1',
        ipRange: '10.9.0.128/25',
        enableIpv6: true,
        subnet6: 'fd00:9::/64',
        internal: true,
        options: 'com.docker.network.driver.mtu=1400',
        labels: 'team=shop\nbare',
      }),
    ),
  );
  assert.deepEqual(request.subnets, [
    { subnet: '10.9.0.0/24', gateway: '10.9.0.1', ipRange: '10.9.0.128/25' },
    { subnet: 'fd00:9::/64' },
  ]);
  assert.deepEqual(request.options, { 'com.docker.network.driver.mtu': '1400' });
  assert.deepEqual(request.labels, { team: 'shop', bare: '' });
  assert.equal(request.internal, true);
});

test('an IPv6 subnet counts only while IPv6 is on, a parent only for drivers that share a link', () => {
  assert.deepEqual(toNetworkRequest(form({ subnet6: 'fd00::/64' })).subnets, []);
  assert.deepEqual(toNetworkRequest(form({ parent: 'eth0' })).options, {});
  assert.deepEqual(toNetworkRequest(form({ driver: 'macvlan', parent: 'eth0' })).options, { parent: 'eth0' });
});

const REFUSED: [what: string, change: Partial<NetworkForm>, problems: object][] = [
  ['a name with a blank', { name: 'my net' }, { name: 'network_name_invalid' }],
  ['a subnet without a prefix', { subnet: '10.9.0.0' }, { subnet: 'invalid_subnet' }],
  ['a gateway alone', { gateway: '10.9.0.1' }, { gateway: 'gateway_alone' }],
  ['a gateway that is no address', { subnet: '10.9.0.0/24', gateway: 'router' }, { gateway: 'invalid_address' }],
  ['a range alone', { ipRange: '10.9.0.0/25' }, { ipRange: 'range_alone' }],
  ['an IPv4 subnet for IPv6', { enableIpv6: true, subnet6: '10.9.0.0/24' }, { subnet6: 'invalid_subnet6' }],
  ['no parent', { driver: 'ipvlan' }, { parent: 'required' }],
];

for (const [what, change, problems] of REFUSED) {
  test(`checkNetwork names ${what}`, () => assert.deepEqual(checkNetwork(form(change)), problems));
}

test('a refusal is shown at the field it is about', () => {
  assert.deepEqual(
    [fieldOfReason('subnet_overlap'), fieldOfReason('name_taken'), fieldOfReason('disk_full')],
    ['subnet', 'name', undefined],
  );
});

test('without IPv4 its fields count for nothing, and one family has to be on', () => {
  const asked = { enableIpv4: false, subnet: 'nonsense', gateway: '10.9.0.1' };
  assert.deepEqual(checkNetwork(form({ ...asked, enableIpv6: true })), {});
  const request = createNetworkInput.parse(toNetworkRequest(form({ ...asked, enableIpv6: true })));
  assert.deepEqual([request.enableIpv4, request.enableIpv6, request.subnets], [false, true, []]);
  assert.deepEqual(checkNetwork(form(asked)), { enableIpv4: 'network_without_addresses' });
});
