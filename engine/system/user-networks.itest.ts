import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { containerConfig } from '../testing/container-config.ts';
import { importBusybox } from '../testing/import-busybox.ts';
import { createTestEngine, dropTestEngine, newTestPlace } from '../testing/test-engine.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { Engine } from './engine.ts';

const ENGINE = join(import.meta.dirname, '../testing/engine-process.ts');
const SLEEP = { image: 'busybox:test', command: ['sleep', '600'] } as const;

/** What a shell inside a container printed on both streams. */
async function sh(engine: Engine, ref: string, script: string): Promise<string> {
  const request = { args: ['sh', '-c', `{ ${script}; } 2>&1`], tty: false, openStdin: false };
  await using stream = await engine.containers.startExec((await engine.containers.createExec(ref, request)).id);
  let output = '';
  for await (const { data } of stream.output) output += data.toString();
  return output;
}

const addresses = async (engine: Engine, ref: string) =>
  Object.fromEntries((await engine.containers.inspect(ref)).networks.map(({ name, address }) => [name, address]));

/** As a program in a container sees it: through its resolv.conf. */
async function seesName(engine: Engine, ref: string, name: string, address: string | undefined): Promise<void> {
  const asked = async () => (await sh(engine, ref, `nslookup ${name}`)).includes(`Address: ${address}`);
  await waitUntil(`${ref} finds ${name} at ${address}`, asked, 10_000);
}

test('a container is on several networks, running and stopped, and every start brings them back', {
  timeout: 120_000,
}, async () => {
  const place = await newTestPlace();
  const engine = await createTestEngine(place);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => dropTestEngine(engine, place));
  await engine.start();
  await importBusybox(engine);
  for (const name of ['front', 'late']) await engine.networks.create({ name });
  // Of a subnet that somebody chose addresses may be asked for.
  const subnets = (await engine.networks.create({ name: 'probe' })).subnets;
  await engine.networks.remove('probe');
  await engine.networks.create({ name: 'back', subnets });
  const { containers } = engine;

  const networks = [{ network: 'back', aliases: ['store'] }];
  const both = containerConfig({ ...SLEEP, network: 'front', networks, extraHosts: ['me:host-gateway'] });
  await containers.create(both, { name: 'both' });
  await containers.create(containerConfig({ ...SLEEP, network: 'front' }), { name: 'web' });
  await containers.create(containerConfig({ ...SLEEP, network: 'back' }), { name: 'db' });
  for (const name of ['both', 'web', 'db']) await containers.start(name);
  assert.deepEqual(Object.keys(await addresses(engine, 'both')).sort(), ['back', 'front']);
  await seesName(engine, 'both', 'web', (await addresses(engine, 'web'))['front']);
  await seesName(engine, 'both', 'db', (await addresses(engine, 'db'))['back']);
  await seesName(engine, 'db', 'store', (await addresses(engine, 'both'))['back']);
  assert.doesNotMatch(await sh(engine, 'db', 'ping -c 1 -w 1 web'), /1 packets received/);
  const gateway = (await engine.networks.get('bridge')).subnets[0]?.gateway;
  assert.match(await sh(engine, 'both', 'cat /etc/hosts'), new RegExp(`^${gateway}\tme$`, 'm'));

  await containers.connectNetwork('web', { network: 'late', aliases: ['www'] });
  await containers.connectNetwork('db', { network: 'late' });
  await seesName(engine, 'db', 'www', (await addresses(engine, 'web'))['late']);
  assert.match(await sh(engine, 'web', 'cat /etc/hosts'), new RegExp((await addresses(engine, 'web'))['late'] ?? '-'));
  await assert.rejects(containers.connectNetwork('web', { network: 'late' }), { code: 'conflict' });
  await containers.rename('web', 'site');
  await seesName(engine, 'db', 'site', (await addresses(engine, 'site'))['late']);

  await containers.stop('site', { timeoutSeconds: 0 });
  await containers.disconnectNetwork('site', 'front');
  const wanted = (await addresses(engine, 'db'))['back'];
  await assert.rejects(containers.connectNetwork('site', { network: 'back', ipv4: wanted }), { code: 'in_use' });
  await containers.connectNetwork('site', { network: 'back', mac: '02:00:00:00:00:77' });
  await containers.start('site');
  assert.deepEqual(Object.keys(await addresses(engine, 'site')).sort(), ['back', 'late']);
  assert.match(await sh(engine, 'site', 'cat /sys/class/net/*/address'), /02:00:00:00:00:77/);
  await containers.disconnectNetwork('db', 'late');
  assert.deepEqual(Object.keys(await addresses(engine, 'db')), ['back']);
  assert.deepEqual(await engine.verify(), []);

  await containers.create(containerConfig({ ...SLEEP, network: 'host' }), { name: 'bare' });
  await assert.rejects(containers.connectNetwork('bare', { network: 'back' }), { code: 'conflict' });
  await assert.rejects(containers.disconnectNetwork('db', 'front'), { code: 'not_found' });
  await containers.stop('db', { timeoutSeconds: 0 });
  assert.deepEqual(await engine.networks.prune(), [], 'what a container names is kept, also while that is stopped');
});

test('a killed server leaves names answering, and the next one takes them over', { timeout: 120_000 }, async () => {
  const place = await newTestPlace();
  await using stack = new AsyncDisposableStack();
  {
    await using engine = await createTestEngine(place);
    await engine.start();
    await importBusybox(engine);
    await engine.networks.create({ name: 'front' });
    await engine.containers.create(containerConfig({ ...SLEEP, network: 'front' }), { name: 'web' });
    const loop = 'until nslookup web > /tmp/found 2>&1; do sleep 0.1; done; sleep 600';
    const config = containerConfig({ image: 'busybox:test', command: ['sh', '-c', loop], network: 'front' });
    await engine.containers.create(config, { name: 'client' });
    await engine.containers.start('client');
  }
  const child = spawn(process.execPath, [ENGINE, place.root, place.instance, 'web'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await exited;

  const engine = await createTestEngine(place);
  stack.defer(() => dropTestEngine(engine, place));
  const { actions } = await engine.start();
  assert.deepEqual(
    actions.filter((action) => /name server|connected/.test(action)),
    [],
  );
  const address = (await addresses(engine, 'web'))['front'];
  const found = async () => (await sh(engine, 'client', 'cat /tmp/found')).includes(`Address: ${address}`);
  await waitUntil('the client found the name', found, 15_000);
  assert.deepEqual(await engine.verify(), []);
});
