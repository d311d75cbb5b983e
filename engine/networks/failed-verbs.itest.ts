// Verbs that fail half way, and two that want the same network at once.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { newContainerId } from '../lib/index.ts';
import { createNetworkBench, type NetworkBench } from '../testing/network-bench.ts';

let bench: NetworkBench;
before(async () => {
  bench = await createNetworkBench();
});
after(() => bench[Symbol.asyncDispose]());

const web = { protocol: 'tcp', containerPort: 80, hostAddress: '' } as const;

/** A port of the host that a program of it holds. */
async function heldPort(): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: async () => void (await server[Symbol.asyncDispose]()) };
}

test('of two prunes at once one removes a network, and the other has nothing to tell', async () => {
  await bench.networks.create({ name: 'unused' });
  const pruned = await Promise.all([bench.networks.prune(), bench.networks.prune()]);
  assert.deepEqual(
    pruned.flat().map(({ name }) => name),
    ['unused'],
  );
  assert.equal(bench.events.filter((event) => event === 'network destroy unused').length, 1);
});

test('an attachment whose files cannot be told is taken back whole', async () => {
  await rename(bench.hostResolvConf, `${bench.hostResolvConf}.away`);
  await mkdir(bench.hostResolvConf);
  await assert.rejects(bench.attach('web', [{ network: 'bridge' }], [web]), { code: 'EISDIR' });
  await rm(bench.hostResolvConf, { recursive: true });
  await rename(`${bench.hostResolvConf}.away`, bench.hostResolvConf);
  assert.deepEqual(await bench.store.listEndpoints(), []);
  const { endpoints } = await bench.networks.portUse();
  assert.deepEqual(endpoints, []);
});

test('a disconnect that finds no port on the network that is left changes nothing', async () => {
  const options = { 'com.docker.network.bridge.gateway_mode_ipv4': 'routed' };
  await bench.networks.create({ name: 'routed', options });
  await bench.networks.create({ name: 'plain' });
  await using held = await heldPort();
  const container = {
    containerId: newContainerId(),
    name: 'shop',
    hostname: 'other',
    ports: [{ ...web, hostPort: held.port }],
  };
  const endpoints = [{ network: 'routed', priority: 1 }, { network: 'plain' }];
  await bench.networks.attach({ ...container, mode: { kind: 'networks', endpoints } });
  const rows = await bench.store.listEndpoints();
  assert.equal(rows.flatMap(({ ports }) => ports).length, 1);
  await assert.rejects(bench.networks.disconnect(container, 'routed'), {
    code: 'in_use',
    message: new RegExp(`on endpoint shop \\(${container.containerId}\\): failed to bind host port`),
  });
  assert.deepEqual(await bench.store.listEndpoints(), rows);
  const problems = await bench.networks.verify(new Set([container.containerId]));
  assert.deepEqual(
    problems.filter((line) => line.startsWith('firewall table')),
    [],
  );
  await bench.networks.detach(container.containerId);
  for (const name of ['routed', 'plain']) await bench.networks.remove(name);
});

test('a plan refuses a network without the link of the host that it needs, as creating it does', async () => {
  const request = { name: 'lan', driver: 'macvlan' };
  const refusal = { code: 'invalid_argument', message: /needs the option parent/ };
  await assert.rejects(bench.networks.plan(request), refusal);
  await assert.rejects(bench.networks.create(request), refusal);
});
