import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createNetworkBench, lookUp, type NetworkBench, readFrom, runIn, serveIn } from '../testing/network-bench.ts';
import { waitUntil } from '../testing/wait-until.ts';

const MODE = 'com.docker.network.bridge.gateway_mode_ipv';
const PORT = { protocol: 'tcp', containerPort: 80, hostAddress: '' } as const;
const SHORT_MS = 1_500;

let bench: NetworkBench;
before(async () => {
  bench = await createNetworkBench();
});
after(() => bench[Symbol.asyncDispose]());

const on = (network: string) => [{ network }];
const prefix6 = () =>
  `fd${randomBytes(5)
    .toString('hex')
    .replace(/^(..)(....)/, '$1:$2:')}`;

/** A computer of the world outside: its default route leads to this host, which knows it by this link alone. */
async function outsider() {
  const id = randomBytes(2).toString('hex');
  const bridge = `${bench.instance}o${id}`;
  const netns = join(bench.paths.netns, '..', `outside-${id}`);
  const six = prefix6();
  const four = `10.178.${randomInt(16, 255)}`;
  await bench.kernel.ensureBridge({
    name: bridge,
    ipv4: { address: `${four}.1`, prefix: 24 },
    ipv6: { address: `${six}::1`, prefix: 64 },
  });
  await bench.kernel.createNetns(netns);
  await bench.kernel.connectVeth({
    netns,
    bridge,
    hostIf: `${bridge}v`,
    name: 'eth0',
    mac: '02:00:00:00:00:07',
    ipv4: { address: `${four}.2`, prefix: 24, gateway: `${four}.1` },
    ipv6: { address: `${six}::2`, prefix: 64, gateway: `${six}::1` },
  });
  const side = { netns, endpoints: [], hosts: '', resolvConf: '', answersNames: false };
  return {
    ...side,
    host4: `${four}.1`,
    address: `${four}.2`,
    host6: `${six}::1`,
    async [Symbol.asyncDispose]() {
      await bench.kernel.dropNetns(netns);
      await bench.kernel.deleteLink(bridge);
    },
  };
}

/** Links and addresses just made answer after a moment. */
async function answers(
  asker: Parameters<typeof readFrom>[0],
  address: string,
  text: string | undefined,
): Promise<void> {
  let said = '';
  const asks = async () => {
    said = await readFrom(asker, address, SHORT_MS);
    return said === text;
  };
  await waitUntil(`${address} answers ${text}`, asks, 25_000).catch(() => assert.equal(said, text, address));
}

/** An HTTP server that answers with the address of who asks. */
async function serveAsker(netns: string): Promise<AsyncDisposable> {
  const program = `require('node:http').createServer((request, response) =>
    response.end(request.socket.remoteAddress.replace('::ffff:', ''))).listen(80, '::', () => process.stdout.write('up'));`;
  const child = spawn('nsenter', [`--net=${netns}`, process.execPath, '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

test('a network of IPv6 alone: names, neighbours, published ports, and no IPv4 anywhere', async () => {
  await using outside = await outsider();
  const { subnets } = await bench.networks.create({ name: 'six', enableIpv4: false, enableIpv6: true });
  assert.equal(subnets.length, 1);
  const web = await bench.attach('web', on('six'), [PORT]);
  const client = await bench.attach('client', on('six'));
  const [endpoint] = web.endpoints;
  assert.equal(endpoint?.address, '');
  assert.match(endpoint.ipv6 ?? '', /^fd/);
  assert.match(web.resolvConf, /^nameserver fd[0-9a-f:]+::1\n/);
  assert.ok(web.hosts.includes(`${endpoint.ipv6}\tweb`), web.hosts);
  assert.equal(await lookUp(client, 'web', 'AAAA'), endpoint.ipv6);
  assert.match(await lookUp(client, 'web', 'A'), /ENODATA|ENOTFOUND/);
  const devices = await runIn(web.netns, `console.log(JSON.stringify(require('node:os').networkInterfaces()))`);
  assert.ok(!/"address":"(?!127\.)\d+\.\d+/.test(devices), devices);

  await using _server = await serveIn(web.netns, 'six only');
  await answers(client, `[${endpoint.ipv6}]:80`, 'six only');
  const [port, ...more] = endpoint.ports;
  assert.deepEqual([port?.hostAddress, more], ['::', []]);
  await answers(outside, `[${outside.host6}]:${port?.hostPort}`, 'six only');
  assert.notEqual(await readFrom(outside, `[${endpoint.ipv6}]:80`, SHORT_MS), 'six only', 'not at its own address');
  const found = await bench.networks.verify(new Set([web.id, client.id]));
  assert.deepEqual(
    found.filter((line) => !line.startsWith('chain ')),
    [],
  );
  await assert.rejects(bench.attach('four', on('six'), [{ ...PORT, hostAddress: '127.0.0.1' }]), {
    message: /IPv4 addresses of networks with IPv4 only/,
  });
  await assert.rejects(bench.attach('four', [{ network: 'six', ipv4: '10.0.0.9' }]), /user configured subnets/);

  await bench.networks.create({ name: 'four' });
  const identity = { containerId: client.id, name: 'client', hostname: 'client', ports: [] };
  const both = await bench.networks.connect(identity, { network: 'four' });
  assert.equal(both.endpoints.length, 2);
  await bench.networks.disconnect(identity, 'four');
  for (const { id } of [web, client]) await bench.networks.detach(id);
  for (const name of ['six', 'four']) await bench.networks.remove(name);
});

test('routed: published ports answer at the address of the container, which keeps its own outside', async () => {
  await using outside = await outsider();
  const options = { [`${MODE}4`]: 'routed', [`${MODE}6`]: 'routed' };
  await bench.networks.create({ name: 'routed', enableIpv6: true, options });
  const web = await bench.attach('web', on('routed'), [{ ...PORT, hostPort: 8080 }]);
  const closed = await bench.attach('closed', on('routed'));
  const [endpoint] = web.endpoints;
  assert.deepEqual(
    endpoint?.ports.map(({ hostAddress, hostPort }) => [hostAddress, hostPort]),
    [endpoint?.address, endpoint?.ipv6].map((address) => [address, 80]),
    'no port of the host is taken',
  );
  await using _web = await serveIn(web.netns, 'routed');
  await using _closed = await serveIn(closed.netns, 'closed');
  await using _outside = await serveAsker(outside.netns);
  await answers(outside, `${endpoint?.address}:80`, 'routed');
  await answers(outside, `[${endpoint?.ipv6}]:80`, 'routed');
  assert.notEqual(await readFrom(outside, `${closed.endpoints[0]?.address}:80`, SHORT_MS), 'closed', 'not published');
  assert.notEqual(
    await readFrom(outside, `${outside.host4}:8080`, SHORT_MS),
    'routed',
    'nor at the address of the host',
  );
  await answers(web, `${outside.address}:80`, endpoint?.address);

  await bench.networks.detach(web.id);
  assert.notEqual(await readFrom(outside, `${endpoint?.address}:80`, SHORT_MS), 'routed');
  await bench.networks.detach(closed.id);
  await bench.networks.remove('routed');
});

test('nat-unprotected: every port of the container is open at its own address', async () => {
  await using outside = await outsider();
  await bench.networks.create({ name: 'open', options: { [`${MODE}4`]: 'nat-unprotected' } });
  const web = await bench.attach('web', on('open'));
  await using _web = await serveIn(web.netns, 'open');
  await using _outside = await serveAsker(outside.netns);
  await answers(outside, `${web.endpoints[0]?.address}:80`, 'open');
  await answers(web, `${outside.address}:80`, outside.host4);
  await bench.networks.detach(web.id);
  await bench.networks.remove('open');
});

test('isolated: the host has no address in the network, neighbours reach each other', async () => {
  const options = { [`${MODE}4`]: 'isolated', [`${MODE}6`]: 'isolated' };
  const made = await bench.networks.create({ name: 'cell', enableIpv6: true, internal: true, options });
  assert.deepEqual(
    made.subnets.map(({ gateway }) => gateway),
    [undefined, undefined],
  );
  const web = await bench.attach('web', on('cell'));
  const client = await bench.attach('client', on('cell'));
  await using _web = await serveIn(web.netns, 'cell');
  await answers(client, `${web.endpoints[0]?.address}:80`, 'cell');
  const addresses = JSON.stringify(networkInterfaces()[made.bridge ?? ''] ?? []);
  assert.ok(!addresses.includes(made.subnets[0]?.subnet.split('.').slice(0, 2).join('.') ?? '?'), addresses);
  assert.equal(await readFrom({ ...client }, '192.0.2.1:80', SHORT_MS), 'ENETUNREACH');
  for (const { id } of [web, client]) await bench.networks.detach(id);
  await bench.networks.remove('cell');
});

test('options that contradict each other are refused before anything is made', async () => {
  const bridge = 'com.docker.network.bridge';
  const cases: [Parameters<NetworkBench['networks']['create']>[0], RegExp][] = [
    [{ name: 'x', enableIpv4: false }, /^IPv4 or IPv6 must be enabled$/],
    [{ name: 'x', options: { [`${MODE}4`]: 'isolated' } }, /'isolated' can only be used for an internal network/],
    [{ name: 'x', options: { [`${MODE}6`]: 'tunnel' } }, /unknown gateway mode tunnel/],
    [
      { name: 'x', enableIpv4: false, enableIpv6: true, options: { [`${bridge}.host_binding_ipv4`]: '127.0.0.1' } },
      /host_binding_ipv4 needs a network with IPv4/,
    ],
    [
      { name: 'x', enableIpv4: false, enableIpv6: true, subnets: [{ subnet: '10.1.0.0/16' }] },
      /IPv4 has not been enabled/,
    ],
    [{ name: 'x', options: { 'com.docker.network.container_iface_prefix': '0' } }, /invalid prefix of interfaces/],
  ];
  const own = async () =>
    (await bench.kernel.listLinks()).map(({ name }) => name).filter((name) => name.startsWith(bench.instance));
  const before = await own();
  for (const [request, message] of cases) await assert.rejects(bench.networks.create(request), { message });
  // Those of the networks before may go meanwhile: the kernel takes its time.
  assert.deepEqual(new Set(await own()).difference(new Set(before)), new Set());
});

test('settings, name and link-local address of one endpoint; a bridge without the address of the engine', async () => {
  const options = {
    'com.docker.network.bridge.inhibit_ipv4': 'true',
    'com.docker.network.container_iface_prefix': 'lan',
  };
  const made = await bench.networks.create({ name: 'own', options });
  const sysctls = 'net.ipv4.conf.IFNAME.log_martians=1,net.ipv4.conf.IFNAME.forwarding=0';
  const driverOpts = { 'com.docker.network.endpoint.sysctls': sysctls };
  const plain = await bench.attach('plain', on('own'));
  assert.deepEqual(
    plain.endpoints.map(({ ifName }) => ifName),
    ['lan0'],
  );
  const web = await bench.attach('web', [{ network: 'own', driverOpts, linkLocal: ['169.254.7.7'] }]);
  const said = await runIn(
    web.netns,
    `const conf = '/proc/sys/net/ipv4/conf/lan0/';
    const read = (name) => require('node:fs').readFileSync(conf + name, 'utf8').trim();
    const { lan0 } = require('node:os').networkInterfaces();
    console.log(read('log_martians'), read('forwarding'), lan0.some(({ cidr }) => cidr === '169.254.7.7/16'));`,
  );
  assert.equal(said, '1 0 true\n');
  const route = await readFile('/proc/net/route', 'utf8');
  assert.ok(!route.includes(`${made.bridge}\t`), 'the host has no address there');
  for (const [name, value] of [
    ['com.docker.network.endpoint.sysctls', 'net.ipv4.conf.eth0.log_martians=1'],
    ['com.docker.network.endpoint.sysctls', 'kernel.domainname=x'],
  ] as const) {
    await assert.rejects(bench.attach('no', [{ network: 'own', driverOpts: { [name]: value } }]), {
      code: 'invalid_argument',
    });
  }
  for (const { id } of [plain, web]) await bench.networks.detach(id);
  await bench.networks.remove('own');
  await waitUntil(
    'the bridge is gone',
    async () => (await bench.kernel.listLinks()).every(({ name }) => name !== made.bridge),
    5_000,
  );
});
