import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostsText, resolvText } from './container-files.ts';

test('extra hosts are added as lines, host-gateway as the address of the bridge', () => {
  const text = hostsText('127.0.0.1\tlocalhost\n', ['db:10.0.0.5', 'v6:fe80::1', 'me=host-gateway'], '172.17.0.1');
  assert.equal(text, '127.0.0.1\tlocalhost\n10.0.0.5\tdb\nfe80::1\tv6\n172.17.0.1\tme\n');
  assert.equal(hostsText('', ['me:host-gateway'], undefined), '', 'a container without a network has no gateway');
});

test('asked name servers replace those of the host and leave the rest', () => {
  const base = 'nameserver 10.0.0.1\nsearch example.org\noptions ndots:0\n';
  const none = { dns: [], dnsSearch: [], dnsOptions: [] };
  assert.equal(resolvText(base, none), base);
  assert.equal(
    resolvText(base, { ...none, dns: ['1.1.1.1', '9.9.9.9'] }),
    'search example.org\noptions ndots:0\nnameserver 1.1.1.1\nnameserver 9.9.9.9\n',
  );
});
