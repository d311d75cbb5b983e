import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerConfig } from '../containers/index.ts';
import { containerConfig } from '../testing/container-config.ts';
import { importBusybox } from '../testing/import-busybox.ts';
import { loseHost } from '../testing/lose-host.ts';
import { createTestEngine, dropTestEngine, newTestPlace } from '../testing/test-engine.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { Engine } from './engine.ts';

type Policy = ContainerConfig['restart']['name'];

test('after a power cut the records tell it, policies start again, and all is set up anew', {
  timeout: 180_000,
}, async () => {
  const place = await newTestPlace();
  const before = await createTestEngine(place);
  await before.start();
  await importBusybox(before);
  const make = (name: string, policy: Policy, change: Partial<ContainerConfig> = {}) =>
    before.containers.create(
      containerConfig({
        image: 'busybox:test',
        command: ['httpd', '-f', '-p', '80', '-h', '/www'],
        restart: { name: policy, maxRetries: policy === 'on-failure' ? 2 : 0 },
        ...change,
      }),
      { name },
    );
  await make('web', 'always', { ports: [{ protocol: 'tcp', containerPort: 80, hostAddress: '127.0.0.1' }] });
  await make('steady', 'unless-stopped');
  await make('failing', 'on-failure');
  await make('plain', 'no');
  await make('passing', 'no', { autoRemove: true, mounts: [{ type: 'volume', target: '/var', readOnly: false }] });
  await make('frozen', 'no');
  await make('stopped', 'unless-stopped');
  await make('resting', 'always');
  await make('never', 'unless-stopped');
  for (const { name } of await before.containers.list({ all: true })) {
    if (name !== 'never') await before.containers.start(name);
  }
  await before.containers.pause('frozen');
  for (const name of ['stopped', 'resting']) await before.containers.stop(name, { timeoutSeconds: 0 });
  await before[Symbol.asyncDispose]();
  await loseHost(place);

  const engine = await createTestEngine(place);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => dropTestEngine(engine, place));
  await engine.start();
  const running = ['failing', 'resting', 'steady', 'web'];
  await waitUntil(`${running.join()} run`, async () => (await runningNames(engine)).join() === running.join());

  const state = async (name: string) => (await engine.containers.inspect(name)).state;
  for (const name of ['plain', 'frozen']) {
    const ended = await state(name);
    assert.equal(ended.status === 'exited' && ended.exitCode, 255, name);
    assert.deepEqual((await engine.containers.inspect(name)).stopReason, { kind: 'lost', exitCode: 255 });
  }
  const stopped = await state('stopped');
  assert.equal(stopped.status === 'exited' && stopped.exitCode, 137);
  assert.deepEqual(await state('never'), { status: 'created' });
  assert.equal((await engine.containers.inspect('failing')).restartCount, 1);
  await assert.rejects(engine.containers.inspect('passing'), /No such container/);
  assert.deepEqual(await engine.volumes.list(), []);

  const [port] = (await engine.containers.inspect('web')).ports;
  assert.equal(await fetchText(`http://127.0.0.1:${port?.hostPort}/`), 'hello from a container\n');
  assert.deepEqual(await engine.verify({ deep: true }), []);
  await engine.containers.start('plain');
  assert.deepEqual(await engine.verify(), []);
});

async function runningNames(engine: Engine): Promise<string[]> {
  const running = await engine.containers.list({ status: ['running'] });
  return running.map(({ name }) => name).sort();
}

async function fetchText(url: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    try {
      return await (await fetch(url)).text();
    } catch (error) {
      // The program needs a moment until it listens.
      if (tries > 50) throw error;
      await delay(100);
    }
  }
}
