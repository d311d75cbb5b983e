import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKernel } from '../kernel/index.ts';
import { newContainerId, silentLogger, systemClock } from '../lib/index.ts';
import { enginePaths } from '../paths.ts';
import { memoryNetworkStore } from '../testing/memory-network-store.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { createNetworkService } from './index.ts';

const INSTANCE = `u${process.pid.toString(36)}`.slice(0, 8);
const HOST_PORT = 24_000 + (process.pid % 4000);

test('a client that never pauses reaches the next container behind a UDP port', { timeout: 60_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'davit-udp-'));
  stack.defer(() => rm(root, { recursive: true, force: true }));
  const kernel = stack.use(await createKernel());
  const paths = enginePaths(join(root, 'data'), join(root, 'run'));
  const addressPools = [0, 1, 2].map(
    (step) => `10.${100 + ((process.pid + step * 33) % 100)}.${process.pid % 256}.0/24`,
  );
  const shared = { kernel, paths, instance: INSTANCE, addressPools, log: silentLogger, clock: systemClock };
  const networks = createNetworkService({ ...shared, store: memoryNetworkStore() });
  await networks.ensure();
  stack.defer(async () => {
    await kernel.deleteLink(`${INSTANCE}0`);
    await kernel.deleteTable(INSTANCE);
  });

  const client = createSocket('udp4');
  stack.defer(() => void client.close());
  let answer = '';
  client.on('message', (message) => {
    answer = message.toString();
  });
  const timer = setInterval(() => client.send('?', HOST_PORT, '127.0.0.1'), 50);
  stack.defer(() => clearInterval(timer));

  // Nobody is there yet: this flow leads to the host.
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (const name of ['first', 'second']) {
    const containerId = newContainerId();
    const sandbox = await networks.attach({
      containerId,
      mode: { kind: 'networks', endpoints: [{ network: 'bridge' }] },
      name,
      hostname: name,
      ports: [{ protocol: 'udp', containerPort: 53, hostAddress: '', hostPort: HOST_PORT }],
    });
    await using _server = await answerIn(sandbox.netns, name);
    await waitUntil(`${name} answers`, () => answer === name, 5_000);
    await networks.detach(containerId);
  }
});

async function answerIn(netns: string | undefined, name: string): Promise<AsyncDisposable> {
  assert.ok(netns !== undefined);
  const program = `const s = require('node:dgram').createSocket('udp4');
    s.on('message', (_, from) => s.send(${JSON.stringify(name)}, from.port, from.address));
    s.bind(53, () => process.stdout.write('up'));`;
  const args = [`--net=${netns}`, process.execPath, '-e', program];
  const child = spawn('nsenter', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
