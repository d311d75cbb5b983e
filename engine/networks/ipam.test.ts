import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalAddress, formatAddress, formatCidr, overlaps, parseAddress, parseCidr } from './ip.ts';
import { allocateAddress, chooseSubnet, DEFAULT_ADDRESS_POOLS, gatewayOf, poolsOf } from './ipam.ts';
import { macForAddress, parseMac } from './mac.ts';

test('addresses survive the way to a number and back', () => {
  for (const text of ['0.0.0.0', '10.1.2.3', '255.255.255.255', '::', '::1', 'fd00:1::ffff:2', '2001:db8::']) {
    const { family, value } = parseAddress(text);
    assert.equal(formatAddress(family, value), text);
  }
  assert.equal(canonicalAddress('FD00:0:0::01'), 'fd00::1');
  for (const text of ['300.0.0.1', 'fe80::1%eth0', '', '1::2::3']) {
    assert.throws(() => parseAddress(text), { code: 'invalid_argument' }, text);
  }
});

test('a subnet loses the bits beyond its prefix', () => {
  assert.equal(formatCidr(parseCidr('10.1.2.3/16')), '10.1.0.0/16');
  assert.equal(formatCidr(parseCidr('200.1.2.3/0')), '0.0.0.0/0');
  assert.equal(formatCidr(parseCidr('fd00:1:2:3:4::/64')), 'fd00:1:2:3::/64');
  for (const text of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '/8', '10.0.0.0/8x', 'fd00::/129', '10.0.0.0/8/8']) {
    assert.throws(() => parseCidr(text), { code: 'invalid_argument' }, text);
  }
});

test('subnets overlap when one holds the other', () => {
  assert.equal(overlaps(parseCidr('10.0.0.0/8'), parseCidr('10.200.0.0/24')), true);
  assert.equal(overlaps(parseCidr('10.200.0.0/24'), parseCidr('10.0.0.0/8')), true);
  assert.equal(overlaps(parseCidr('10.0.0.0/24'), parseCidr('10.0.1.0/24')), false);
  assert.equal(overlaps(parseCidr('0.0.0.0/0'), parseCidr('::/0')), false);
});

const CHOICES = [
  { taken: [], subnet: '172.17.0.0/16' },
  { taken: ['172.17.0.0/16'], subnet: '172.18.0.0/16' },
  { taken: ['172.17.5.0/24', '172.18.0.0/15', 'fd00::/8'], subnet: '172.20.0.0/16' },
  { taken: ['172.16.0.0/12'], subnet: '192.168.0.0/20' },
  { taken: ['172.16.0.0/12', '192.168.1.0/24'], subnet: '192.168.16.0/20' },
];
for (const { taken, subnet } of CHOICES) {
  test(`beside ${taken.join(', ') || 'nothing'} the subnet is ${subnet}`, () => {
    assert.equal(chooseSubnet(DEFAULT_ADDRESS_POOLS, taken), subnet);
  });
}

test('a block given as a pool has room for several networks', () => {
  const prefixes = ['10.0.0.0/8', '10.1.0.0/16', '10.1.0.0/22', '10.1.1.0/24', '10.1.1.0/28'];
  assert.deepEqual(
    poolsOf(prefixes).map(({ prefix }) => prefix),
    [16, 20, 24, 24, 28],
  );
  assert.equal(chooseSubnet(poolsOf(['10.1.0.0/16']), ['10.1.0.0/20']), '10.1.16.0/20');
});

test('pools that are used up are an error', () => {
  assert.throws(() => chooseSubnet(poolsOf(['10.9.0.0/24']), ['10.0.0.0/8']), { code: 'resource_exhausted' });
});

const SUBNET = { subnet: '10.1.0.0/29', gateway: '10.1.0.1', resting: new Set<string>(), wanted: undefined };

test('the gateway is the first address, containers get the lowest free one', () => {
  assert.equal(gatewayOf('10.1.0.0/29'), '10.1.0.1');
  assert.equal(gatewayOf('10.1.0.0/29', new Set(['10.1.0.1'])), '10.1.0.2');
  assert.equal(gatewayOf('fd00::/64'), 'fd00::1');
  assert.equal(allocateAddress({ ...SUBNET, used: new Set() }), '10.1.0.2');
  assert.equal(allocateAddress({ ...SUBNET, used: new Set(['10.1.0.2', '10.1.0.3']) }), '10.1.0.4');
  assert.equal(
    allocateAddress({ ...SUBNET, subnet: 'fd00::/64', gateway: 'fd00::1', used: new Set(['fd00::2']) }),
    'fd00::3',
  );
});

test('addresses are chosen in the range, past those that are spoken for', () => {
  const wide = { ...SUBNET, subnet: '10.1.0.0/16', ipRange: '10.1.5.0/30', auxAddresses: { host: '10.1.5.0' } };
  assert.equal(allocateAddress({ ...wide, used: new Set(['10.1.5.1']) }), '10.1.5.2');
  const used = new Set(['10.1.5.1', '10.1.5.2', '10.1.5.3']);
  assert.throws(() => allocateAddress({ ...wide, used }), { code: 'resource_exhausted' });
  assert.equal(allocateAddress({ ...wide, used, wanted: '10.1.9.9' }), '10.1.9.9');
  assert.throws(() => allocateAddress({ ...wide, used, wanted: '10.1.5.0' }), { code: 'in_use' });
});

test('an address given back a moment ago is taken only when there is no other', () => {
  const resting = new Set(['10.1.0.2']);
  assert.equal(allocateAddress({ ...SUBNET, used: new Set(), resting }), '10.1.0.3');
  const used = new Set(['10.1.0.3', '10.1.0.4', '10.1.0.5', '10.1.0.6']);
  assert.equal(allocateAddress({ ...SUBNET, used, resting }), '10.1.0.2');
  used.add('10.1.0.2');
  assert.throws(() => allocateAddress({ ...SUBNET, used, resting }), { code: 'resource_exhausted' });
});

test('a wanted address must be inside and free', () => {
  const ask = (wanted: string, used = new Set<string>()) => allocateAddress({ ...SUBNET, used, wanted });
  assert.equal(ask('10.1.0.6'), '10.1.0.6');
  for (const wanted of ['10.1.0.0', '10.1.0.7', '10.1.0.8', 'fd00::1', 'x']) {
    assert.throws(() => ask(wanted), { code: 'invalid_argument' }, wanted);
  }
  assert.throws(() => ask('10.1.0.6', new Set(['10.1.0.6'])), { code: 'in_use' });
  assert.throws(() => ask('10.1.0.1'), { code: 'in_use' });
});

test('the hardware address follows from the address', () => {
  assert.equal(macForAddress('172.17.0.2'), '02:42:ac:11:00:02');
  assert.equal(parseMac('0A-00-27-00-00-FF'), '0a:00:27:00:00:ff');
  for (const text of ['', '01:00:00:00:00:00', '02:42:ac:11:00', 'zz:00:00:00:00:00']) {
    assert.throws(() => parseMac(text), { code: 'invalid_argument' }, text);
  }
});
