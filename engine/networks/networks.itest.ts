import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createKernel, type Kernel } from '../kernel/index.ts';
import { type ContainerId, newContainerId, silentLogger, systemClock } from '../lib/index.ts';
import { enginePaths } from '../paths.ts';
import { memoryNetworkStore } from '../testing/memory-network-store.ts';
import { createNetworkService, type NetworkService, type NetworkStore } from './index.ts';

const INSTANCE = `n${process.pid.toString(36)}`.slice(0, 8);
/** Several, as other runs of this test may hold one of them at the same time. */
const POOLS = [0, 1, 2].map((step) => `10.${100 + ((process.pid + step * 33) % 100)}.0.0/16`);

let kernel: Kernel;
let root: string;
let store: NetworkStore;
let networks: NetworkService;
let paths: ReturnType<typeof enginePaths>;

before(async () => {
  kernel = await createKernel();
  root = await mkdtemp(join(tmpdir(), 'networks-'));
  paths = enginePaths(join(root, 'data'), join(root, 'run'));
  const hostResolvConf = join(root, 'resolv.conf');
  await writeFile(hostResolvConf, 'nameserver 127.0.0.53\nnameserver 192.0.2.53\nsearch lan\n');
  store = memoryNetworkStore();
  networks = createNetworkService({
    kernel,
    store,
    paths,
    instance: INSTANCE,
    addressPools: POOLS,
    log: silentLogger,
    clock: systemClock,
    hostResolvConf,
  });
  await networks.ensure();
});

after(async () => {
  await networks.reconcile(new Set());
  await kernel.deleteLink(`${INSTANCE}0`);
  await kernel.deleteTable(INSTANCE);
  await kernel[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const BRIDGE = { kind: 'networks', endpoints: [{ network: 'bridge' }] } as const;
const web = { protocol: 'tcp', containerPort: 80, hostAddress: '' } as const;

function attach(containerId: ContainerId, ports: Parameters<NetworkService['attach']>[0]['ports'] = []) {
  return networks.attach({ containerId, mode: BRIDGE, name: 'web', hostname: 'web', ports });
}

async function bridgeGateway(): Promise<string> {
  return (await networks.get('bridge')).subnets[0]?.gateway ?? '';
}

/** An HTTP server inside a namespace that answers every request with its name; ended by dispose. */
async function serveIn(netns: string | undefined, name: string): Promise<AsyncDisposable> {
  assert.ok(netns !== undefined);
  const program = `require('node:http').createServer((_, response) => response.end(${JSON.stringify(name)}))
    .listen(80, '0.0.0.0', () => process.stdout.write('up'));`;
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

async function read(address: string, port: number): Promise<string> {
  const response = await fetch(`http://${address}:${port}/`, {
    signal: AbortSignal.timeout(5000),
    headers: { connection: 'close' },
  });
  return response.text();
}

function hostAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

/** Without what other programs of the host, such as a Docker daemon, did to their own chains. */
async function differences(...alive: ContainerId[]): Promise<string[]> {
  return (await networks.verify(new Set(alive))).filter((line) => !line.startsWith('chain '));
}

/** Links die in the background, the firewall is right at once. */
async function firewallDifferences(): Promise<string[]> {
  return (await differences()).filter((line) => line.startsWith('firewall '));
}

function portOf(sandbox: Awaited<ReturnType<typeof attach>>): number {
  const port = sandbox.endpoints[0]?.ports[0]?.hostPort;
  assert.ok(port !== undefined);
  return port;
}

test('ensure makes three networks once and has nothing to do afterwards', async () => {
  assert.deepEqual(await networks.ensure(), []);
  const list = await networks.list();
  assert.deepEqual(list.map(({ name }) => name).sort(), ['bridge', 'host', 'none']);
  const bridge = await networks.get('bridge');
  assert.ok(POOLS.some((pool) => bridge.subnets[0]?.subnet === pool.replace('/16', '/20')));
  assert.equal(bridge.state, 'ready');
  assert.equal((await networks.get(bridge.id.slice(0, 12))).name, 'bridge');
  await assert.rejects(networks.get('nowhere'), { code: 'not_found' });
});

test('a published port is reached by 127.0.0.1 and by the address of the host', async () => {
  const id = newContainerId();
  const sandbox = await attach(id, [web]);
  {
    await using _server = await serveIn(sandbox.netns, 'hello');
    const port = portOf(sandbox);
    assert.ok(port >= 32_768 && port <= 60_999);
    assert.equal(await read('127.0.0.1', port), 'hello');
    const address = hostAddress();
    if (address !== undefined) assert.equal(await read(address, port), 'hello');
    assert.equal(await read(await bridgeGateway(), port), 'hello');
    assert.deepEqual(await networks.portHolder({ protocol: 'tcp', hostAddress: '', hostPort: port }), {
      kind: 'container',
      containerId: id,
    });
  }
  assert.match(sandbox.hosts, new RegExp(`\n${sandbox.endpoints[0]?.address}\tweb\n$`));
  assert.equal(sandbox.resolvConf, 'nameserver 192.0.2.53\nsearch lan\n');
  assert.deepEqual(await differences(id), []);
  await networks.detach(id);
});

test('two containers of one network reach each other, and a container reaches its own published port', async () => {
  const [first, second] = [newContainerId(), newContainerId()];
  const one = await attach(first, [web]);
  const two = await attach(second);
  await using _server = await serveIn(one.netns, 'one');
  const targets = [`${one.endpoints[0]?.address}:80`, `${await bridgeGateway()}:${portOf(one)}`];
  for (const [netns, target] of [
    [two.netns, targets[0]],
    [two.netns, targets[1]],
    [one.netns, targets[1]],
  ]) {
    const program = `fetch('http://${target}/', { signal: AbortSignal.timeout(5000) })
      .then((response) => response.text()).then((text) => process.stdout.write(text));`;
    const child = spawn('nsenter', [`--net=${netns}`, process.execPath, '-e', program], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [said] = await Promise.all([child.stdout.toArray(), once(child, 'exit')]);
    assert.equal(Buffer.concat(said).toString(), 'one', target);
  }
  await networks.detach(first);
  await networks.detach(second);
});

test('a port bound to 127.0.0.1 is not reached by another address', async () => {
  const id = newContainerId();
  const sandbox = await attach(id, [{ ...web, hostAddress: '127.0.0.1' }]);
  await using _server = await serveIn(sandbox.netns, 'local');
  assert.equal(await read('127.0.0.1', portOf(sandbox)), 'local');
  await assert.rejects(read(await bridgeGateway(), portOf(sandbox)));
  await networks.detach(id);
});

test('a port is given to one container only, and to none when the host listens', async () => {
  const [first, second] = [newContainerId(), newContainerId()];
  const port = portOf(await attach(first, [web]));
  await assert.rejects(attach(second, [{ ...web, hostPort: port }]), (error: Error) => {
    assert.match(error.message, new RegExp(`Bind for 0\\.0\\.0\\.0:${port} failed: port is already allocated$`));
    return true;
  });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  await assert.rejects(attach(second, [{ ...web, hostPort: address.port }]), /address already in use$/);
  assert.deepEqual(await networks.portHolder({ protocol: 'tcp', hostAddress: '', hostPort: address.port }), {
    kind: 'host',
  });
  server.close();
  assert.deepEqual(
    (await store.listEndpoints()).map(({ containerId }) => containerId),
    [first],
  );
  await networks.detach(first);
});

test('ensure restores a lost table and a lost bridge under living containers', async () => {
  const id = newContainerId();
  const sandbox = await attach(id, [web]);
  await using _server = await serveIn(sandbox.netns, 'back');
  await kernel.deleteTable(INSTANCE);
  assert.match((await networks.verify(new Set([id]))).join('\n'), /table .* is missing/);
  assert.deepEqual(await networks.ensure(), ['wrote the firewall table']);
  assert.equal(await read('127.0.0.1', portOf(sandbox)), 'back');

  execFileSync('nft', ['flush', 'chain', 'inet', INSTANCE, 'output']);
  assert.deepEqual(await networks.ensure(), ['wrote the firewall table']);

  await kernel.deleteLink(`${INSTANCE}0`);
  assert.match((await networks.ensure()).join('\n'), /set up bridge[\s\S]*plugged/);
  assert.equal(await read('127.0.0.1', portOf(sandbox)), 'back');
  assert.deepEqual(await differences(id), []);
  await networks.detach(id);
});

test('a port added while the table is lost brings the table back', async () => {
  await kernel.deleteTable(INSTANCE);
  const id = newContainerId();
  const sandbox = await attach(id, [web]);
  await using _server = await serveIn(sandbox.netns, 'again');
  assert.equal(await read('127.0.0.1', portOf(sandbox)), 'again');
  await networks.detach(id);
});

test('detach leaves no link, namespace, element or row, and can be repeated', async () => {
  const id = newContainerId();
  const sandbox = await attach(id, [web, { ...web, protocol: 'udp', hostAddress: '127.0.0.1' }]);
  const hostIf = sandbox.endpoints[0]?.hostIf;
  const hasLink = async () => (await kernel.listLinks()).some(({ name }) => name === hostIf);
  assert.equal(await hasLink(), true);
  await networks.detach(id);
  await networks.detach(id);
  await assert.rejects(stat(paths.netnsOf(id)), { code: 'ENOENT' });
  assert.deepEqual(await store.listEndpoints(), []);
  assert.deepEqual(await firewallDifferences(), []);
  // The kernel takes namespaces down in the background.
  for (let tries = 0; (await hasLink()) && tries < 100; tries++) await delay(50);
  assert.equal(await hasLink(), false);
});

test('an attachment that fails takes everything back', async () => {
  const id = newContainerId();
  const controller = new AbortController();
  const failing = createNetworkService({
    kernel: {
      ...kernel,
      async connectVeth(config) {
        await kernel.connectVeth(config);
        controller.abort();
      },
    },
    store,
    paths,
    instance: INSTANCE,
    log: silentLogger,
    clock: systemClock,
  });
  const request = { containerId: id, mode: BRIDGE, ports: [web], signal: controller.signal };
  await assert.rejects(failing.attach({ ...request, name: 'web', hostname: 'web' }), { code: 'cancelled' });
  await assert.rejects(stat(paths.netnsOf(id)), { code: 'ENOENT' });
  assert.deepEqual(await store.listEndpoints(), []);
  assert.deepEqual(await firewallDifferences(), []);
});

test('reconcile drops what belongs to nobody and keeps the living', async () => {
  const [living, gone] = [newContainerId(), newContainerId()];
  await attach(living, [web]);
  await attach(gone, [web]);
  await kernel.createNetns(join(paths.netns, 'stray'));
  const done = await networks.reconcile(new Set([living]));
  assert.ok(done.includes(`detached container ${gone}`));
  assert.ok(done.includes('dropped network namespace stray'));
  assert.deepEqual(
    (await store.listEndpoints()).map(({ containerId }) => containerId),
    [living],
  );
  assert.deepEqual(await differences(living), []);
  await networks.detach(living);
});

test('host has no namespace, none has one without a way out', async () => {
  const [one, two] = [newContainerId(), newContainerId()];
  const host = await networks.attach({ containerId: one, mode: { kind: 'host' }, name: 'h', hostname: 'h', ports: [] });
  assert.equal(host.netns, undefined);
  const none = await networks.attach({ containerId: two, mode: { kind: 'none' }, name: 'n', hostname: 'n', ports: [] });
  assert.equal(none.netns, paths.netnsOf(two));
  assert.deepEqual(none.endpoints, []);
  const child = spawn('nsenter', [`--net=${none.netns}`, 'cat', '/proc/net/dev']);
  const [said] = await Promise.all([child.stdout.toArray(), once(child, 'exit')]);
  assert.doesNotMatch(Buffer.concat(said).toString(), /eth0/);
  await networks.detach(two);
  await assert.rejects(stat(paths.netnsOf(two)), { code: 'ENOENT' });
});
