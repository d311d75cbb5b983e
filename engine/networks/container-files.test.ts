import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostsText } from './hosts-file.ts';
import { containerResolvConf, namedResolvConf, reachableServers } from './resolv-conf.ts';

test('hosts names the container behind the local names', () => {
  const lines = hostsText([{ address: '172.17.0.2', names: ['web', 'web.local'] }]).split('\n');
  assert.equal(lines[0], '127.0.0.1\tlocalhost');
  assert.deepEqual(lines.slice(-2), ['172.17.0.2\tweb web.local', '']);
});

const HOST = `# made by hand
nameserver 127.0.0.53
nameserver 10.0.0.1
nameserver ::1
nameserver fe80::1%eth0
search example.org lan
options ndots:2
`;

const IPV4 = { ipv4: true, ipv6: false };

test('servers of the loopback and of IPv6 are dropped, search and options stay', () => {
  assert.deepEqual(reachableServers(HOST, IPV4), ['10.0.0.1']);
  const six = `${HOST}nameserver 2001:db8::53\n`;
  assert.deepEqual(
    reachableServers(six, { ipv4: false, ipv6: true }).slice(-1),
    ['2001:db8::53'],
    'without IPv4 they are those of IPv6',
  );
  assert.equal(
    containerResolvConf(HOST, reachableServers(HOST, IPV4)),
    'nameserver 10.0.0.1\nsearch example.org lan\noptions ndots:2\n',
  );
});

test('without a reachable server public ones are used', () => {
  assert.equal(
    containerResolvConf('nameserver 127.0.0.1\n', reachableServers('nameserver 127.0.0.1\n', IPV4)),
    'nameserver 8.8.8.8\nnameserver 8.8.4.4\n',
  );
});

test('servers that know names come with the search list and are asked for short names first', () => {
  assert.equal(namedResolvConf(HOST, ['10.1.0.1']), 'nameserver 10.1.0.1\nsearch example.org lan\noptions ndots:0\n');
});
