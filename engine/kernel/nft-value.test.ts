import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bigEndian, encodeTree, saysAll, text } from './attribute-tree.ts';
import type { NftType, NftValue } from './nft-table.ts';
import { concatenationBytes, encodeElement, typeId, valueBytes, widthOf } from './nft-value.ts';

test('values have the bytes that packets have', () => {
  const cases: [NftType, NftValue, string][] = [
    ['ipv4_addr', '10.1.0.2', '0a010002'],
    ['ipv6_addr', 'fd00:1::2', 'fd000001000000000000000000000002'],
    ['inet_proto', 'udp', '11'],
    ['inet_service', 8080, '1f90'],
    ['ifname', 'x0', '78300000000000000000000000000000'],
  ];
  for (const [type, value, hex] of cases) assert.equal(valueBytes(type, value).toString('hex'), hex, type);
});

test('what is no value of its type is refused', () => {
  const cases: [NftType, NftValue][] = [
    ['ipv4_addr', 'fd00::1'],
    ['ipv6_addr', '10.0.0.1'],
    ['inet_proto', 'ospf'],
    ['inet_service', 65_536],
    ['ifname', 'sixteen-letters!'],
  ];
  for (const [type, value] of cases) assert.throws(() => valueBytes(type, value), RangeError, String(value));
  assert.throws(() => concatenationBytes(['inet_proto', 'inet_service'], ['tcp']), RangeError);
});

test('each part of a concatenation fills whole registers', () => {
  const types = ['ipv4_addr', 'inet_proto', 'inet_service'] as const;
  assert.equal(concatenationBytes(types, ['127.0.0.1', 'tcp', 80]).toString('hex'), '7f0000010600000000500000');
  assert.equal(widthOf(types), 12);
  assert.equal(typeId(types), (7 << 12) | (12 << 6) | 13);
  assert.equal(widthOf(['inet_proto']), 1);
});

test('a block is its first address and the one behind it', () => {
  const set = { name: 's', key: ['ipv4_addr'], interval: true } as const;
  const lines = (block: string) =>
    encodeElement(set, [block], undefined).map(({ key, isEnd }) => `${key.toString('hex')}${isEnd ? ' end' : ''}`);
  assert.deepEqual(lines('10.1.0.0/16'), ['0a010000', '0a020000 end']);
  assert.deepEqual(lines('10.1.2.3/20'), ['0a010000', '0a011000 end'], 'bits behind the prefix do not count');
  assert.deepEqual(lines('10.255.255.254/31'), ['0afffffe', '0b000000 end']);
  assert.deepEqual(lines('255.255.255.0/24'), ['ffffff00'], 'nothing is behind the last address');
  assert.throws(() => lines('10.1.0.0'), RangeError);
  assert.throws(() => lines('10.1.0.0/33'), RangeError);
});

test('a kernel may say more than was written, but nothing else', () => {
  const wanted = [
    [1, text('lookup')],
    [2, [[5, bigEndian(0)]]],
  ] as const;
  const says = (tree: Parameters<typeof encodeTree>[0]) => saysAll(encodeTree(tree), wanted);
  assert.ok(says(wanted));
  assert.ok(
    says([
      [1, text('lookup')],
      [
        2,
        [
          [9, bigEndian(1)],
          [5, bigEndian(0)],
        ],
      ],
      [8, text('new')],
    ]),
  );
  assert.ok(!says([[1, text('lookup')]]));
  assert.ok(
    !says([
      [1, text('lookup')],
      [2, [[5, bigEndian(1)]]],
    ]),
  );
  assert.ok(!says([...wanted, ...wanted]), 'once is not twice');
});
