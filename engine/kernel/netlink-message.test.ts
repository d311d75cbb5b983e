import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addAddress,
  addDefaultRoute,
  addressBytes,
  attribute,
  encodeMessage,
  linkUp,
  macBytes,
  newVeth,
} from './netlink-message.ts';
import { parseAttributes, parseLink, parseReplies, parseRoute } from './netlink-reply.ts';

test('an attribute is padded to four bytes but its length is not', () => {
  assert.equal(attribute(3, 'eth0').toString('hex'), '09000300657468300000000000'.slice(0, 24));
  assert.equal(attribute(4, 1500).toString('hex'), '08000400dc050000');
});

test('a message carries its length, type, flags and number', () => {
  const data = encodeMessage(linkUp(7), 42);
  assert.equal(data.length, 32);
  assert.equal(data.readUInt32LE(0), 32);
  assert.equal(data.readUInt16LE(4), 16);
  assert.equal(data.readUInt16LE(6), 5);
  assert.equal(data.readUInt32LE(8), 42);
  assert.equal(data.readInt32LE(20), 7);
});

test('the far end of a veth is nested with its name, address and namespace', () => {
  const { body } = newVeth({ hostIf: 'h0', bridgeIndex: 3, name: 'eth0', mac: '02:42:ac:11:00:02', netnsFd: 9 });
  const link = parseLink(body);
  assert.deepEqual(link, { index: 0, name: 'h0', kind: 'veth', up: false, masterIndex: 3 });
  const info = parseAttributes(body, 16).get(18) ?? Buffer.alloc(0);
  const data = parseAttributes(info, 0).get(2) ?? Buffer.alloc(0);
  const peer = parseAttributes(parseAttributes(data, 0).get(1) ?? Buffer.alloc(0), 16);
  assert.equal(peer.get(3)?.toString(), 'eth0\0');
  assert.equal(peer.get(1)?.toString('hex'), '0242ac110002');
  assert.equal(peer.get(28)?.readUInt32LE(), 9);
});

test('an IPv4 address brings its broadcast address', () => {
  const { body } = addAddress(5, '172.17.0.2', 16);
  assert.deepEqual([...body.subarray(0, 8)], [2, 16, 0, 0, 5, 0, 0, 0]);
  assert.equal(parseAttributes(body, 8).get(4)?.toString('hex'), 'ac11ffff');
});

test('an IPv6 address skips duplicate detection', () => {
  const { body } = addAddress(5, 'fd00::2', 64);
  assert.deepEqual([...body.subarray(0, 3)], [10, 64, 2]);
});

test('a default route names gateway and link', () => {
  const attributes = parseAttributes(addDefaultRoute(4, '10.0.0.1').body, 12);
  assert.equal(attributes.get(5)?.toString('hex'), '0a000001');
  assert.equal(attributes.get(4)?.readUInt32LE(), 4);
});

const ADDRESSES = [
  ['0.0.0.0', '00000000'],
  ['192.168.1.255', 'c0a801ff'],
  ['::', '0'.repeat(32)],
  ['::1', `${'0'.repeat(31)}1`],
  ['fe80::1:2', 'fe800000000000000000000000010002'],
  ['2001:db8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
  ['::ffff:10.1.2.3', '00000000000000000000ffff0a010203'],
] as const;
for (const [text, hex] of ADDRESSES) {
  test(`${text} becomes bytes`, () => assert.equal(addressBytes(text).toString('hex'), hex));
}

test('nonsense is refused before it reaches the kernel', () => {
  for (const text of ['', '1.2.3', '1.2.3.256', 'fe80::1%eth0', 'name']) assert.throws(() => addressBytes(text), text);
  for (const text of ['', '02:42', '02:42:ac:11:00:0g']) assert.throws(() => macBytes(text), text);
});

test('a refusal carries the number and the words of the kernel', () => {
  const words = attribute(1, 'no such thing');
  const data = Buffer.alloc(36 + words.length);
  data.writeUInt32LE(data.length, 0);
  data.writeUInt16LE(2, 4);
  data.writeUInt16LE(0x300, 6);
  data.writeUInt32LE(11, 8);
  data.writeInt32LE(-19, 16);
  words.copy(data, 36);
  assert.deepEqual(parseReplies(data), [{ kind: 'ack', sequence: 11, error: 19, text: 'no such thing' }]);
});

test('a cut message ends the parsing', () => {
  const data = encodeMessage(linkUp(1), 1);
  assert.deepEqual(parseReplies(data.subarray(0, 20)), []);
});

test('only unicast destinations with a prefix count as routes', () => {
  const payload = Buffer.concat([
    Buffer.from([2, 24, 0, 0, 254, 2, 0, 1, 0, 0, 0, 0]),
    attribute(1, addressBytes('10.1.2.0')),
  ]);
  assert.equal(parseRoute(payload), '10.1.2.0/24');
  payload[7] = 2;
  assert.equal(parseRoute(payload), undefined);
});
