import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createKernel, type Kernel } from './index.ts';

const BRIDGE = `kt${process.pid}`.slice(0, 8);
const SUBNET = `10.213.${process.pid % 256}`;

let kernel: Kernel;
let root: string;

before(async () => {
  kernel = await createKernel();
  root = await mkdtemp(join(tmpdir(), 'kernel-net-'));
});

after(async () => {
  await kernel.dropNetns(join(root, 'a'));
  await kernel.deleteLink(BRIDGE);
  await kernel[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

async function linkNamed(name: string) {
  return (await kernel.listLinks()).find((link) => link.name === name);
}

/** Rows of /proc/net/if_inet6, which begin with the address. */
async function ipv6Addresses(name: string): Promise<string[]> {
  const rows = (await readFile('/proc/net/if_inet6', 'utf8')).trim().split('\n');
  return rows.filter((row) => row.endsWith(` ${name}`));
}

test('a bridge is made once, however often it is asked for', async () => {
  const bridge = { name: BRIDGE, ipv4: { address: `${SUBNET}.1`, prefix: 24 } };
  await kernel.ensureBridge(bridge);
  const first = await linkNamed(BRIDGE);
  await kernel.ensureBridge(bridge);
  assert.deepEqual(await linkNamed(BRIDGE), first);
  assert.equal(first?.kind, 'bridge');
  assert.equal(first.up, true);
  assert.ok((await kernel.listRoutes()).includes(`${SUBNET}.0/24`));
  await kernel.writeSysctl(`net/ipv4/conf/${BRIDGE}/route_localnet`, '1');
  assert.equal((await readFile(`/proc/sys/net/ipv4/conf/${BRIDGE}/route_localnet`, 'utf8')).trim(), '1');
  await assert.rejects(kernel.writeSysctl('../kernel/hostname', 'x'), /not the name of a sysctl/);
});

test('a namespace gets a link that is a port of the bridge, and takes it along when dropped', async () => {
  const netns = join(root, 'a');
  const hostIf = `${BRIDGE}-a`;
  await kernel.createNetns(netns);
  await assert.rejects(kernel.createNetns(netns), { code: 'already_exists' });
  await kernel.connectVeth({
    netns,
    bridge: BRIDGE,
    hostIf,
    name: 'eth0',
    mac: '02:42:0a:d5:00:02',
    ipv4: { address: `${SUBNET}.2`, prefix: 24, gateway: `${SUBNET}.1` },
    ipv6: { address: 'fd00:213::2', prefix: 64, gateway: 'fd00:213::1' },
  });
  const port = await linkNamed(hostIf);
  assert.equal(port?.masterIndex, (await linkNamed(BRIDGE))?.index);
  assert.equal((await readFile(`/sys/class/net/${hostIf}/brport/hairpin_mode`, 'utf8')).trim(), '1');
  assert.equal(port?.up, true);
  for (const link of [BRIDGE, hostIf]) {
    // 1: none is made, also not later, when the link carries.
    assert.equal((await readFile(`/proc/sys/net/ipv6/conf/${link}/addr_gen_mode`, 'utf8')).trim(), '1', link);
  }
  assert.equal(await kernel.plugLink(hostIf, BRIDGE), true);
  assert.equal(await kernel.plugLink(`${BRIDGE}-none`, BRIDGE), false);

  assert.equal(await kernel.dropNetns(netns), true);
  assert.equal(await kernel.dropNetns(netns), false);
  await assert.rejects(stat(netns), { code: 'ENOENT' });
  // The kernel takes namespaces down in the background.
  for (let tries = 0; (await linkNamed(hostIf)) !== undefined && tries < 100; tries++) await delay(50);
  assert.equal(await linkNamed(hostIf), undefined);
});

test('a bridge of a network with IPv6 has the address of its link', async () => {
  const name = `${BRIDGE}6`;
  await kernel.ensureBridge({ name, ipv6: { address: 'fd00:213:6::1', prefix: 64 }, linkLocal: true });
  const netns = join(root, 'six');
  await kernel.createNetns(netns);
  try {
    const mac = '02:42:0a:d5:00:06';
    await kernel.connectVeth({ netns, bridge: name, hostIf: `${BRIDGE}-6`, name: 'eth0', mac });
    // It comes as soon as the first port carries.
    for (let tries = 0; (await ipv6Addresses(name)).length < 2 && tries < 100; tries++) await delay(50);
    assert.deepEqual((await ipv6Addresses(name)).map((row) => row.slice(0, 4)).toSorted(), ['fd00', 'fe80']);
  } finally {
    await kernel.dropNetns(netns);
    await kernel.deleteLink(name);
  }
});

test('a link that cannot be connected leaves nothing behind', async () => {
  const netns = join(root, 'b');
  await kernel.createNetns(netns);
  const config = { netns, bridge: BRIDGE, hostIf: `${BRIDGE}-b`, name: 'eth0', mac: '02:42:0a:d5:00:03' };
  const ipv4 = { address: `${SUBNET}.3`, prefix: 24, gateway: '203.0.113.1' };
  await assert.rejects(kernel.connectVeth({ ...config, ipv4 }), {
    details: { syscall: 'netlink', errno: 'ENETUNREACH', reason: 'kernel_refused' },
  });
  assert.equal(await linkNamed(config.hostIf), undefined);
  await assert.rejects(kernel.connectVeth({ ...config, bridge: 'no-such-bridge' }), { code: 'not_found' });
  await kernel.dropNetns(netns);
});

test('the worker is back at home after every namespace', async () => {
  const links = (await kernel.listLinks()).map((link) => link.name);
  const netns = join(root, 'c');
  await kernel.createNetns(netns);
  assert.ok(links.every((name) => name !== ''));
  assert.match(await readlink('/proc/self/ns/net'), /^net:/);
  await kernel.ensureBridge({ name: BRIDGE, ipv4: { address: `${SUBNET}.1`, prefix: 24 } });
  assert.notEqual(await linkNamed(BRIDGE), undefined);
  await kernel.dropNetns(netns);
});

test('the default route moves from one link to another', async () => {
  const netns = join(root, 'd');
  await kernel.createNetns(netns);
  await kernel.ensureBridge({ name: BRIDGE, ipv4: { address: `${SUBNET}.1`, prefix: 24 } });
  const veth = { netns, bridge: BRIDGE, mac: '02:42:0a:d5:00:04', mtu: 1400, isolated: true };
  await kernel.connectVeth({
    ...veth,
    hostIf: `${BRIDGE}-d`,
    name: 'eth0',
    ipv4: { address: `${SUBNET}.4`, prefix: 25, gateway: `${SUBNET}.1` },
  });
  await kernel.connectVeth({
    ...veth,
    hostIf: `${BRIDGE}-e`,
    name: 'eth1',
    ipv4: { address: `${SUBNET}.130`, prefix: 25 },
  });
  assert.equal((await readFile(`/sys/class/net/${BRIDGE}-d/brport/isolated`, 'utf8')).trim(), '1');
  assert.equal((await readFile(`/sys/class/net/${BRIDGE}-d/mtu`, 'utf8')).trim(), '1400');
  await kernel.setDefaultRoute({ netns, name: 'eth1', gateway: `${SUBNET}.129` });
  const { stdout } = await promisify(execFile)('nsenter', [`--net=${netns}`, 'cat', '/proc/net/route']);
  const defaults = stdout.split('\n').filter((line) => line.split('\t')[1] === '00000000');
  assert.deepEqual(
    defaults.map((line) => line.split('\t')[0]),
    ['eth1'],
  );
  await kernel.dropNetns(netns);
});
