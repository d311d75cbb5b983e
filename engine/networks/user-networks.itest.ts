import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isEngineError } from '../errors/index.ts';
import {
  createNetworkBench,
  lookUp,
  type NetworkBench,
  OUTSIDE,
  readFrom,
  runIn,
  serveIn,
} from '../testing/network-bench.ts';
import { waitUntil } from '../testing/wait-until.ts';

let bench: NetworkBench;
before(async () => {
  bench = await createNetworkBench();
});
after(() => bench[Symbol.asyncDispose]());

const on = (...networks: string[]) => networks.map((network) => ({ network }));

/** Without what other programs of the host did to their own chains. */
async function differences(...alive: { id: Parameters<NetworkBench['networks']['detach']>[0] }[]): Promise<string[]> {
  const found = await bench.networks.verify(new Set(alive.map(({ id }) => id)));
  return found.filter((line) => !line.startsWith('chain '));
}

/** The kernel takes the links of dropped namespaces down in the background. */
async function noDifferences(): Promise<void> {
  await waitUntil('rows and host agree', async () => (await differences()).length === 0, 5_000);
}

async function nameServerPid(): Promise<number> {
  return Number(await readFile(join(bench.paths.dns, 'config', 'aardvark.pid'), 'utf8'));
}

const isGone = (pid: number) =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    (text) => text === '',
    () => true,
  );

test('containers of a network find each other by name, alias and short id, those of another do not', async () => {
  await bench.networks.create({ name: 'front', labels: { a: 'b' } });
  await bench.networks.create({ name: 'back' });
  const web = await bench.attach('web', [{ network: 'front', aliases: ['www'] }]);
  const client = await bench.attach('client', on('front'));
  const stranger = await bench.attach('stranger', on('back'));
  assert.match(client.resolvConf, /^nameserver 10\.[\d.]+\nsearch lan\noptions ndots:0\n$/);
  assert.equal(client.answersNames, true);

  const address = web.endpoints[0]?.address ?? '';
  for (const name of ['web', 'www', 'WEB', 'web.front', 'www.front', web.id.slice(0, 12)]) {
    assert.equal(await lookUp(client, name), address, name);
  }
  assert.equal(await lookUp(stranger, 'web'), 'ENOTFOUND');
  assert.equal(await lookUp(client, 'stranger'), 'ENOTFOUND');
  assert.equal(await lookUp(client, OUTSIDE.name), OUTSIDE.address, 'other names go to the servers of the container');
  await using _server = await serveIn(web.netns, 'hello');
  assert.equal(await readFrom(client, `${address}:80`), 'hello');
  assert.notEqual(await readFrom(stranger, `${address}:80`, 1_000), 'hello');
  assert.deepEqual(await differences(web, client, stranger), []);

  await bench.networks.rename(web.id, 'site');
  assert.equal(await lookUp(client, 'site'), address);
  assert.equal(await lookUp(client, 'web'), 'ENOTFOUND');
  for (const { id } of [web, client, stranger]) await bench.networks.detach(id);
  assert.deepEqual(
    bench.events.filter((event) => event.endsWith(' front')),
    ['create', 'connect', 'connect', 'disconnect', 'disconnect'].map((action) => `network ${action} front`),
  );
  for (const name of ['front', 'back']) await bench.networks.remove(name);
});

test('names are answered while no server runs, and by what is started when that dies', async () => {
  await bench.networks.create({ name: 'front' });
  const web = await bench.attach('web', on('front'));
  const pid = await nameServerPid();
  const next = bench.again();
  assert.deepEqual(
    (await next.reconcile(new Set([web.id]))).filter((action) => action.includes('name')),
    [],
  );
  assert.equal(await nameServerPid(), pid, 'it is taken over as it runs');

  process.kill(pid, 'SIGKILL');
  await waitUntil('the name server is gone', () => isGone(pid), 5_000);
  assert.match((await differences(web)).join('\n'), /the name server does not run/);
  assert.deepEqual(await bench.networks.ensure(), ['started the name server']);
  assert.equal(await lookUp(web, 'web'), web.endpoints[0]?.address);

  const { bridge } = await bench.networks.get('front');
  await bench.kernel.deleteLink(bridge ?? '');
  assert.match((await differences(web)).join('\n'), /bridge \S+ is missing/);
  assert.match((await bench.networks.ensure()).join('\n'), /set up bridge[\s\S]*plugged/);
  assert.equal(await lookUp(web, 'web'), web.endpoints[0]?.address);
  assert.deepEqual(await differences(web), []);

  await bench.networks.detach(web.id);
  const last = await nameServerPid();
  await bench.networks.remove('front');
  await waitUntil('the name server ends with the last network', () => isGone(last), 5_000);
  await noDifferences();
});

test('an internal network has no way out and no published ports', async () => {
  await bench.networks.create({ name: 'inner', internal: true });
  const port = { protocol: 'tcp', containerPort: 80, hostAddress: '' } as const;
  const one = await bench.attach('one', on('inner'), [port]);
  const two = await bench.attach('two', on('inner'));
  assert.deepEqual(one.endpoints[0]?.ports, []);
  assert.equal(await routesOf(two.netns), '');
  await using _server = await serveIn(one.netns, 'inside');
  assert.equal(await readFrom(two, `${one.endpoints[0]?.address}:80`), 'inside');
  assert.equal(await lookUp(two, 'one'), one.endpoints[0]?.address);
  assert.equal(await readFrom(two, '192.0.2.1:80', 2_000), 'ENETUNREACH');
  for (const { id } of [one, two]) await bench.networks.detach(id);
  await bench.networks.remove('inner');
});

/** Links that have a default route, by name. */
function routesOf(netns: string | undefined): Promise<string> {
  return runIn(
    netns,
    `const lines = require('node:fs').readFileSync('/proc/net/route', 'utf8').split('\\n').map((line) => line.split('\\t'));
    process.stdout.write(lines.filter((line) => line[1] === '00000000').map((line) => line[0]).join());`,
  );
}

test('a running container joins and leaves networks; route and ports follow', async () => {
  for (const name of ['one', 'two']) await bench.networks.create({ name });
  const web = await bench.attach('web', on('one'), [{ protocol: 'tcp', containerPort: 80, hostAddress: '' }]);
  const friend = await bench.attach('friend', on('two'));
  const hostPort = web.endpoints[0]?.ports[0]?.hostPort ?? 0;
  await using _server = await serveIn(web.netns, 'web');
  const identity = { containerId: web.id, name: 'web', hostname: 'web', ports: [] };
  const fromHost = async () =>
    (await fetch(`http://127.0.0.1:${hostPort}/`, { headers: { connection: 'close' } })).text();

  const both = await bench.networks.connect(identity, { network: 'two', aliases: ['w'] });
  assert.deepEqual(
    both.endpoints.map(({ ifName }) => ifName),
    ['eth0', 'eth1'],
  );
  assert.equal(await lookUp(friend, 'w'), both.endpoints[1]?.address);
  assert.equal(await lookUp(both, 'friend'), friend.endpoints[0]?.address, 'one server knows the names of both');
  assert.equal(both.hosts.match(/\tweb$/gm)?.length, 2);
  assert.equal(await routesOf(web.netns), 'eth0');
  assert.equal(await fromHost(), 'web');
  await assert.rejects(bench.networks.connect(identity, { network: 'two' }), {
    code: 'conflict',
    message: 'endpoint with name web already exists in network two',
  });

  const left = await bench.networks.disconnect(identity, 'one');
  assert.deepEqual(
    left.endpoints.map(({ ports }) => ports.length),
    [1],
  );
  assert.equal(await routesOf(web.netns), 'eth1');
  assert.equal(await fromHost(), 'web', 'the same port leads to the address that is left');
  assert.match(left.resolvConf, new RegExp(`^nameserver ${(await bench.networks.get('two')).subnets[0]?.gateway}\n`));
  await assert.rejects(bench.networks.disconnect(identity, 'one'), { code: 'not_found' });
  assert.deepEqual(await differences(web, friend), []);

  await bench.networks.connect(identity, { network: 'one', priority: 10 });
  assert.equal(await routesOf(web.netns), 'eth0', 'the higher priority takes the route');
  assert.equal(await fromHost(), 'web');
  await assert.rejects(bench.networks.remove('two'), (error) => {
    assert.ok(isEngineError(error, 'in_use'));
    assert.match(error.message, /^error while removing network: network two has active endpoints \(name:"/);
    return true;
  });
  for (const { id } of [web, friend]) await bench.networks.detach(id);
  for (const name of ['one', 'two']) await bench.networks.remove(name);
  assert.deepEqual(
    (await differences()).filter((line) => !line.startsWith('link ')),
    [],
  );
});

test('wanted addresses are kept and refused when taken or outside', async () => {
  const [pool = ''] = (await bench.networks.get('bridge')).subnets.map(({ subnet }) => subnet);
  const subnet = '10.177.77.0/24';
  await bench.networks.create({ name: 'fixed', subnets: [{ subnet, ipRange: '10.177.77.128/25' }] });
  const one = await bench.attach('one', [{ network: 'fixed', ipv4: '10.177.77.9', mac: '02:00:00:00:00:09' }]);
  assert.deepEqual([one.endpoints[0]?.address, one.endpoints[0]?.mac], ['10.177.77.9', '02:00:00:00:00:09']);
  const two = await bench.attach('two', on('fixed'));
  assert.equal(two.endpoints[0]?.address, '10.177.77.128');
  for (const [endpoint, code] of [
    [{ ipv4: '10.177.77.9' }, 'in_use'],
    [{ ipv4: '10.177.77.1' }, 'in_use'],
    [{ ipv4: '10.1.1.1' }, 'invalid_argument'],
    [{ ipv6: 'fd00::5' }, 'invalid_argument'],
    [{ mac: '02:00:00:00:00:09' }, 'in_use'],
    [{ mac: 'no' }, 'invalid_argument'],
  ] as const) {
    await assert.rejects(
      bench.attach('three', [{ network: 'fixed', ...endpoint }]),
      { code },
      JSON.stringify(endpoint),
    );
  }
  await assert.rejects(bench.attach('three', [{ network: 'bridge', ipv4: '10.1.1.1' }]), /user defined networks only/);
  await assert.rejects(bench.networks.create({ name: 'other', subnets: [{ subnet: '10.177.77.64/26' }] }), (error) => {
    assert.ok(isEngineError(error, 'conflict'));
    assert.equal(error.details['network'], 'fixed');
    return true;
  });
  await assert.rejects(bench.networks.create({ name: 'other', subnets: [{ subnet: pool }] }), /Pool overlaps/);
  await assert.rejects(bench.networks.plan({ name: 'fixed' }), { code: 'already_exists' });
  const { subnets } = await bench.networks.plan({ name: 'planned' });
  assert.notEqual(subnets[0]?.subnet, pool);
  await assert.rejects(bench.networks.get('planned'), { code: 'not_found' });
  await assert.rejects(bench.networks.create({ name: 'fixed' }), { code: 'already_exists' });
  await assert.rejects(bench.networks.create({ name: 'host' }), { code: 'denied' });
  await assert.rejects(bench.networks.create({ name: 'x', driver: 'nope' }), /plugin "nope" not found/);
  await assert.rejects(bench.networks.remove('bridge'), /bridge is a pre-defined network and cannot be removed/);
  for (const { id } of [one, two]) await bench.networks.detach(id);
  await bench.networks.remove('fixed');
});

test('containers of a network without icc reach the outside but not each other; options shape the links', async () => {
  const bridge = `${bench.instance}own`;
  const options = {
    'com.docker.network.bridge.name': bridge,
    'com.docker.network.bridge.enable_icc': 'false',
    'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1',
    'com.docker.network.driver.mtu': '1400',
    'org.example.unknown': 'kept',
  };
  await bench.networks.create({ name: 'apart', options });
  await assert.rejects(bench.networks.create({ name: 'again', options }), /networks have same bridge name/);
  const wrong = { 'com.docker.network.bridge.enable_icc': 'maybe' };
  await assert.rejects(bench.networks.create({ name: 'again', options: wrong }), { code: 'invalid_argument' });
  const one = await bench.attach('one', on('apart'), [{ protocol: 'tcp', containerPort: 80, hostAddress: '' }]);
  const two = await bench.attach('two', on('apart'));
  assert.equal((await readFile(`/sys/class/net/${bridge}/mtu`, 'utf8')).trim(), '1400');
  assert.equal(one.endpoints[0]?.ports[0]?.hostAddress, '127.0.0.1');
  await using _server = await serveIn(one.netns, 'one');
  assert.notEqual(await readFrom(two, `${one.endpoints[0]?.address}:80`, 1_000), 'one');
  assert.equal(await lookUp(two, 'one'), one.endpoints[0]?.address, 'names are told all the same');
  for (const { id } of [one, two]) await bench.networks.detach(id);
  assert.deepEqual(
    (await bench.networks.prune()).map(({ name }) => name),
    ['apart'],
  );
  assert.equal(
    (await bench.kernel.listLinks()).some(({ name }) => name === bridge),
    false,
  );
});

test('a network with IPv6 gives addresses, names and published ports of both families', async () => {
  await bench.networks.create({ name: 'six', enableIpv6: true });
  const { subnets } = await bench.networks.get('six');
  const gateway = subnets[1]?.gateway ?? '';
  assert.match(subnets[1]?.subnet ?? '', /^fd/);
  const one = await bench.attach('one', on('six'), [{ protocol: 'tcp', containerPort: 80, hostAddress: '' }]);
  const two = await bench.attach('two', on('six'));
  await using _server = await serveIn(one.netns, 'six');
  const ipv6 = one.endpoints[0]?.ipv6 ?? '';
  assert.equal(await lookUp(two, 'one', 'AAAA'), ipv6);
  assert.equal(await readFrom(two, `[${ipv6}]:80`), 'six');
  const ports = one.endpoints[0]?.ports ?? [];
  assert.deepEqual(
    ports.map(({ hostAddress }) => hostAddress),
    ['0.0.0.0', '::'],
  );
  const response = await fetch(`http://[${gateway}]:${ports[1]?.hostPort}/`, { headers: { connection: 'close' } });
  assert.equal(await response.text(), 'six');
  assert.deepEqual(await differences(one, two), []);
  for (const { id } of [one, two]) await bench.networks.detach(id);
  await bench.networks.remove('six');
});

for (const driver of ['macvlan', 'ipvlan'] as const) {
  test(`${driver}: containers share a link of the host`, async (t) => {
    const parent = `${bench.instance}${driver.slice(0, 3)}`;
    await bench.kernel.ensureBridge({ name: parent, ipv4: { address: '10.178.5.1', prefix: 24 } });
    await using stack = new AsyncDisposableStack();
    stack.defer(async () => void (await bench.kernel.deleteLink(parent)));
    // A bridge that nothing is plugged into carries nothing.
    const netns = join(bench.paths.dataRoot, 'carrier');
    await mkdir(bench.paths.dataRoot, { recursive: true });
    await bench.kernel.createNetns(netns);
    stack.defer(async () => void (await bench.kernel.dropNetns(netns)));
    await bench.kernel.connectVeth({
      netns,
      bridge: parent,
      hostIf: `${parent}v`,
      name: 'eth0',
      mac: '02:00:00:00:05:02',
      ipv4: { address: '10.178.5.2', prefix: 24 },
    });
    const subnets = [{ subnet: '10.178.6.0/24' }];
    const create = (options: Record<string, string>) =>
      bench.networks.create({ name: 'shared', driver, subnets, options });
    await assert.rejects(create({}), { code: 'invalid_argument' });
    await assert.rejects(create({ parent, [`${driver}_mode`]: 'odd' }), /mode 'odd' is not valid/);
    await assert.rejects(create({ parent: 'nolink' }), { code: 'not_found' });
    try {
      await create({ parent });
    } catch (error) {
      if (!isEngineError(error, 'unsupported')) throw error;
      return t.skip(`this kernel has no ${driver}: ${error.message}`);
    }
    const one = await bench.attach('one', on('shared'), [{ protocol: 'tcp', containerPort: 80, hostAddress: '' }]);
    const two = await bench.attach('two', on('shared'));
    assert.deepEqual(one.endpoints[0]?.ports, []);
    assert.equal(await routesOf(two.netns), 'eth0');
    {
      await using _server = await serveIn(one.netns, driver);
      assert.equal(await readFrom(two, `${one.endpoints[0]?.address}:80`), driver);
    }
    assert.deepEqual(await differences(one, two), []);
    await bench.networks.create({ name: 'beside' });
    const identity = { containerId: two.id, name: 'two', hostname: 'two', ports: [] };
    assert.equal((await bench.networks.connect(identity, { network: 'beside' })).endpoints.length, 2);
    const left = await bench.networks.disconnect(identity, 'shared');
    assert.deepEqual(
      left.endpoints.map(({ ifName }) => ifName),
      ['eth1'],
    );
    assert.equal(await routesOf(two.netns), 'eth1');
    for (const { id } of [one, two]) await bench.networks.detach(id);
    for (const name of ['shared', 'beside']) await bench.networks.remove(name);
    return undefined;
  });
}

test('what was cut off is told, and settled when the server starts', async () => {
  await bench.networks.create({ name: 'half' });
  await bench.networks.create({ name: 'going' });
  const [half, going] = await Promise.all(['half', 'going'].map((name) => bench.networks.get(name)));
  assert.ok(half !== undefined && going !== undefined);
  await bench.store.update(half.id, { state: 'creating' });
  await bench.store.update(going.id, { state: 'removing' });
  const found = (await differences()).join('\n');
  assert.match(found, /network half: its creation was cut off/);
  assert.match(found, /network going: its removal was cut off/);
  const done = (await bench.again().reconcile(new Set())).join('\n');
  assert.match(done, /removed network half/);
  assert.match(done, /removed network going/);
  const links = (await bench.kernel.listLinks()).map(({ name }) => name);
  assert.ok(!links.includes(half.bridge ?? '') && !links.includes(going.bridge ?? ''));
  await noDifferences();
});

test('lists are filtered as dockerd does', async () => {
  await bench.networks.create({ name: 'shop-front', labels: { tier: 'web', env: 'prod' } });
  await bench.networks.create({ name: 'shop-back', labels: { tier: 'db' } });
  const names = async (filter: Parameters<NetworkBench['networks']['list']>[0]) =>
    (await bench.networks.list(filter)).map(({ name }) => name).sort();
  assert.deepEqual(await names({ type: 'builtin' }), ['bridge', 'host', 'none']);
  assert.deepEqual(await names({ name: ['shop'] }), ['shop-back', 'shop-front']);
  assert.deepEqual(await names({ label: ['tier=web', 'env'] }), ['shop-front']);
  assert.deepEqual(await names({ driver: ['host', 'none'] }), ['host', 'none']);
  assert.deepEqual(await names({ dangling: true }), ['shop-back', 'shop-front']);
  const { id } = await bench.networks.get('shop-back');
  assert.deepEqual(await names({ id: [id.slice(0, 12)] }), ['shop-back']);
  assert.deepEqual(
    (await bench.networks.prune({ notLabel: ['tier=web'] })).map(({ name }) => name),
    ['shop-back'],
  );
  assert.deepEqual(await bench.networks.prune({ until: new Date(0) }), []);
  assert.deepEqual(
    (await bench.networks.prune({ label: ['env=prod'] })).map(({ name }) => name),
    ['shop-front'],
  );
});
