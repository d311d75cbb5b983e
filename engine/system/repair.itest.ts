// What somebody else does to the host's network while containers run is mended by the running server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { isEngineError } from '../errors/index.ts';
import { createKernel, type Kernel } from '../kernel/index.ts';
import { enginePaths } from '../paths.ts';
import { containerConfig } from '../testing/container-config.ts';
import { importBusybox } from '../testing/import-busybox.ts';
import { createTestEngine, dropTestEngine, newTestPlace, type TestEnginePlace } from '../testing/test-engine.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { Engine } from './engine.ts';

let place: TestEnginePlace;
let engine: Engine;
let kernel: Kernel;
let port: number;

before(async () => {
  place = await newTestPlace();
  kernel = await createKernel();
  engine = await createTestEngine(place, { repairMs: 500 });
  await engine.start();
  await importBusybox(engine);
  const ports = [{ protocol: 'tcp' as const, containerPort: 80, hostAddress: '127.0.0.1' }];
  const command = ['httpd', '-f', '-p', '80', '-h', '/www'];
  await engine.containers.create(containerConfig({ image: 'busybox:test', command, ports }), { name: 'web' });
  await engine.containers.start('web');
  port = (await engine.containers.inspect('web')).ports[0]?.hostPort ?? 0;
  await waitUntil('the page is served', isServed);
});

after(async () => {
  await dropTestEngine(engine, place);
  await kernel[Symbol.asyncDispose]();
});

async function isServed(): Promise<boolean> {
  const init = { headers: { connection: 'close' }, signal: AbortSignal.timeout(1_000) };
  // Refused or timed out until it is mended.
  const answer = await fetch(`http://127.0.0.1:${port}/`, init).catch(() => undefined);
  return (await answer?.text()) === 'hello from a container\n';
}

/** The links of this instance: its bridge, and one for each container. */
async function links(kind: 'bridge' | 'container'): Promise<string[]> {
  const bridges = (await engine.networks.list()).flatMap(({ bridge }) => bridge ?? []);
  const own = (await kernel.listLinks()).map(({ name }) => name).filter((name) => name.startsWith(place.instance));
  return own.filter((name) => bridges.includes(name) === (kind === 'bridge'));
}

const DAMAGE: Record<string, () => Promise<unknown>> = {
  'the firewall table is deleted': () => kernel.deleteTable(place.instance),
  'the bridge is deleted': async () => {
    for (const name of await links('bridge')) await kernel.deleteLink(name);
  },
};

for (const [what, damage] of Object.entries(DAMAGE)) {
  test(`${what}: the published port answers again without anybody's doing`, { timeout: 60_000 }, async () => {
    // The repair may come between the damage and the look at it.
    await waitUntil('the damage shows', async () => {
      await damage();
      return !(await isServed());
    });
    await waitUntil('the page is served', isServed, 30_000);
    await waitUntil('nothing is amiss', async () => (await engine.verify()).length === 0, 30_000);
  });
}

/** What the container itself sees of its link, without its counters and indexes. */
async function seen(name = 'web', script = SEEN): Promise<string> {
  const request = { args: ['sh', '-c', script], tty: false, openStdin: false };
  await using stream = await engine.containers.startExec((await engine.containers.createExec(name, request)).id);
  let output = '';
  for await (const { data } of stream.output) output += data.toString();
  return output;
}

const SEEN = 'cat /sys/class/net/eth0/address; ip -4 -o addr show eth0 | sed "s/^[0-9]*: //"; ip route; hostname -i';

const LINK_DAMAGE: Record<string, (name: string) => Promise<unknown> | undefined> = {
  deleted: (name) => kernel.deleteLink(name),
  renamed: (name) => ip('link', 'set', name, 'down', 'name', 'elsewhere9'),
  'taken off its bridge': (name) => ip('link', 'set', name, 'nomaster'),
  'put down': (name) => ip('link', 'set', name, 'down'),
};

async function ip(...args: string[]): Promise<void> {
  await promisify(execFile)('ip', args);
}

for (const [what, damage] of Object.entries(LINK_DAMAGE)) {
  test(`the link of a running container is ${what}: it is as before without anybody's doing, restart or loss of address`, {
    timeout: 60_000,
  }, async () => {
    const before = await seen();
    assert.match(before, /(..:){5}..\n.*eth0 .*inet [\s\S]*default via/);
    const { state } = await engine.containers.inspect('web');
    const found = await links('container');
    assert.equal(found.length, 1);
    // The repair may come between the damage and the look at it.
    await waitUntil('the damage shows', async () => {
      for (const name of await links('container')) await damage(name);
      return !(await isServed());
    });
    await waitUntil('the page is served', isServed, 30_000);
    await waitUntil('nothing is amiss', async () => (await engine.verify()).length === 0, 30_000);
    assert.equal(await seen(), before);
    assert.deepEqual((await engine.containers.inspect('web')).state, state);
    assert.deepEqual(await links('container'), found);
    assert.equal(
      (await kernel.listLinks()).find(({ name }) => name === 'elsewhere9'),
      undefined,
    );
  });
}

for (const driver of ['macvlan', 'ipvlan'] as const) {
  test(`the ${driver} link of a running container is deleted, or goes with the link it shares: it is as before`, {
    timeout: 90_000,
  }, async (t) => {
    const parent = `${place.instance}${driver.slice(0, 3)}`;
    await kernel.ensureBridge({ name: parent });
    await using stack = new AsyncDisposableStack();
    stack.defer(async () => void (await kernel.deleteLink(parent)));
    const subnets = [{ subnet: '10.178.7.0/24' }];
    try {
      await engine.networks.create({ name: driver, driver, subnets, options: { parent } });
    } catch (error) {
      if (!isEngineError(error, 'unsupported')) throw error;
      return t.skip(`this kernel has no ${driver}: ${error.message}`);
    }
    const networks = [{ network: driver }, { network: 'bridge' }];
    const config = containerConfig({ image: 'busybox:test', command: ['sleep', '600'], networks });
    const { id } = await engine.containers.create(config, { name: driver });
    await engine.containers.start(driver);
    stack.defer(async () => {
      await engine.containers.remove(driver, { force: true });
      await engine.networks.remove(driver);
    });
    const look = () => seen(driver, SEEN_SHARED);
    const before = await look();
    assert.match(before, /inet 10\.178\.7\.\d+\/24[\s\S]*default via/);
    const netns = enginePaths(join(place.root, 'data'), join(place.root, 'run')).netnsOf(id);
    const ifName = /^(eth\d).*10\.178\.7\./m.exec(before)?.[1] ?? '';

    assert.equal(await kernel.deleteLinkIn(netns, ifName), true);
    await waitUntil('it is there again', async () => (await look()) === before, 30_000);
    await waitUntil('nothing is amiss', async () => (await engine.verify()).length === 0, 30_000);

    await kernel.deleteLink(parent);
    const told = new RegExp(`link ${ifName} of container .* is missing with the link ${parent} of the host`);
    await waitUntil('it is told', async () => (await engine.verify()).some((line) => told.test(line)), 30_000);
    await kernel.ensureBridge({ name: parent });
    await waitUntil('it is there again', async () => (await look()) === before, 30_000);
    await waitUntil('nothing is amiss', async () => (await engine.verify()).length === 0, 30_000);
    return undefined;
  });
}

/** Its name, addresses and MAC, without what the kernel numbers anew. */
const SEEN_SHARED =
  'for link in /sys/class/net/eth*; do echo "$link $(cat $link/address)"; done; ip -4 -o addr show | sed "s/^[0-9]*: //" | grep eth | sort; ip route | sort';
