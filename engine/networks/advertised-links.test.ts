import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { findAdvertisedLinks } from './advertised-links.ts';

const NONE = '0'.repeat(32);
const ROUTER = 'fe800000000000000000000000000001';
const route = (link: string, flags: string) =>
  `${NONE} 00 ${NONE} 00 ${ROUTER} 00000400 00000001 00000000 ${flags} ${link.padStart(8)}`;
const address = (link: string, flags: string, scope = '00') =>
  `20010db8000000000000000000000002 02 40 ${scope} ${flags} ${link.padStart(8)}`;

test('links that listen to routers until the host forwards are found by their route or their address', async () => {
  const proc = await mkdtemp(join(tmpdir(), 'proc-'));
  const put = async (name: string, text: string) => {
    await mkdir(dirname(join(proc, name)), { recursive: true });
    await writeFile(join(proc, name), `${text}\n`);
  };
  try {
    assert.deepEqual(await findAdvertisedLinks(proc), [], 'a kernel without IPv6');
    const routes = [route('eth0', '00450003'), route('eth1', '00000003'), route('eth2', '00450003')];
    await put('net/ipv6_route', routes.join('\n'));
    const addresses = [
      address('eth0', '00'),
      address('eth3', '00'),
      address('eth4', '80'),
      address('eth5', '00', '20'),
    ];
    await put('net/if_inet6', addresses.join('\n'));
    for (const link of ['eth0', 'eth1', 'eth3', 'eth4', 'eth5']) await put(`sys/net/ipv6/conf/${link}/accept_ra`, '1');
    await put('sys/net/ipv6/conf/eth2/accept_ra', '2');
    assert.deepEqual(await findAdvertisedLinks(proc), ['eth0', 'eth3']);
  } finally {
    await rm(proc, { recursive: true });
  }
});
