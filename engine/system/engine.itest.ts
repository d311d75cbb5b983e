import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { busyboxRootfs } from '../testing/busybox-rootfs.ts';
import { containerConfig } from '../testing/container-config.ts';
import { createTestEngine, dropTestEngine, newTestPlace } from '../testing/test-engine.ts';
import { waitUntil } from '../testing/wait-until.ts';

test('import, create, reach, read, exec, stop, remove: and nothing is left', { timeout: 120_000 }, async () => {
  const place = await newTestPlace();
  const engine = await createTestEngine(place);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => dropTestEngine(engine, place));
  await engine.start();

  const source = Readable.from([await busyboxRootfs()]);
  await engine.images.import({
    source,
    reference: 'busybox:test',
    changes: ['CMD ["httpd","-f","-v","-p","80","-h","/www"]'],
  });
  const { id } = await engine.containers.create(
    containerConfig({
      image: 'busybox:test',
      command: ['sh', '-c', 'echo begun; exec httpd -f -p 80 -h /www'],
      ports: [{ protocol: 'tcp', containerPort: 80, hostAddress: '127.0.0.1' }],
      mounts: [{ type: 'volume', name: 'data', target: '/var', readOnly: false }],
    }),
    { name: 'web' },
  );
  await engine.containers.start('web');
  const [port] = (await engine.containers.inspect('web')).ports;
  assert.equal(await fetchText(`http://127.0.0.1:${port?.hostPort}/`), 'hello from a container\n');

  const lines: string[] = [];
  for await (const batch of await engine.containers.logs('web', {}))
    lines.push(...batch.map(({ text }) => text.toString()));
  assert.deepEqual(lines, ['begun']);

  const exec = await engine.containers.createExec(id, { args: ['echo', 'inside'], tty: false, openStdin: false });
  await using stream = await engine.containers.startExec(exec.id);
  let output = '';
  for await (const { data } of stream.output) output += data.toString();
  assert.equal(output, 'inside\n');
  assert.deepEqual(await engine.verify(), [], 'while it runs');
  assert.ok((await engine.containers.stats(id)).memoryBytes > 0);

  await engine.containers.stop('web', { timeoutSeconds: 1 });
  await engine.containers.remove('web');
  // The kernel ends links after the namespace they were in.
  await waitUntil('nothing is left', async () => (await engine.verify({ deep: true })).length === 0);
  assert.deepEqual(
    (await engine.volumes.list()).map(({ name }) => name),
    ['data'],
  );
  assert.deepEqual(
    engine.events
      .history()
      .filter(({ type }) => type === 'container')
      .map(({ action }) => action.split(':')[0]),
    ['create', 'start', 'exec_create', 'exec_start', 'exec_die', 'kill', 'kill', 'die', 'stop', 'destroy'],
  );
});

test('a second engine on the same data is refused', { timeout: 60_000 }, async () => {
  const place = await newTestPlace();
  const first = await createTestEngine(place);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => dropTestEngine(first, place));
  await first.start();
  await using second = await createTestEngine(place);
  await assert.rejects(second.start(), /Another Davit uses this data folder/);
});

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
