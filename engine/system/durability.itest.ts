import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { enginePaths } from '../paths.ts';
import { busyboxRootfs } from '../testing/busybox-rootfs.ts';
import { containerConfig } from '../testing/container-config.ts';
import { createTestEngine, dropTestEngine, newTestPlace, type TestEnginePlace } from '../testing/test-engine.ts';
import { waitUntil } from '../testing/wait-until.ts';

const WORKER = join(import.meta.dirname, '../testing/engine-process.ts');

test('containers outlive a killed server: same process, whole log, exits recorded', { timeout: 180_000 }, async () => {
  const place = await newTestPlace();
  const names = ['steady', 'short'];
  await prepare(place, {
    steady: 'i=0; while [ $i -lt 60 ]; do echo line $i; i=$((i+1)); sleep 0.1; done; sleep 60',
    short: 'sleep 1; exit 7',
  });

  // The first server starts one container, dies, and the next one the other: two kills in a row.
  for (const name of names) await startAndKill(place, name);

  const engine = await createTestEngine(place);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => dropTestEngine(engine, place));
  const { id } = await engine.containers.inspect('short');
  const { exitRecord } = enginePaths(join(place.root, 'data'), join(place.root, 'run'));
  await waitUntil('the shim has recorded the end that no server saw', () => existsSync(exitRecord(id)));
  const before = await engine.containers.inspect('steady');
  const { actions } = await engine.start();
  assert.ok(actions.includes('container short: recorded its exit with code 7'), actions.join('\n'));
  const { state } = await engine.containers.inspect('short');
  assert.equal(state.status === 'exited' && state.exitCode, 7);

  const steady = await engine.containers.inspect('steady');
  assert.equal(steady.state.status, 'running');
  assert.deepEqual(steady.state, before.state, 'the same process');
  assert.deepEqual(await engine.verify(), []);

  const expected = Array.from({ length: 60 }, (_, i) => `line ${i}`);
  await waitUntil('the whole log is there', async () => (await logOf(engine)).length >= expected.length);
  assert.deepEqual(await logOf(engine), expected);
  await engine.containers.stop('steady', { timeoutSeconds: 1 });
  assert.equal((await engine.containers.inspect('steady')).stopReason?.kind, 'stopped');
});

async function prepare(place: TestEnginePlace, commands: Record<string, string>): Promise<void> {
  await using engine = await createTestEngine(place);
  await engine.start();
  const source = Readable.from([await busyboxRootfs()]);
  await engine.images.import({ source, reference: 'busybox:test', changes: ['CMD ["sh"]'] });
  for (const [name, script] of Object.entries(commands)) {
    await engine.containers.create(containerConfig({ image: 'busybox:test', command: ['sh', '-c', script] }), { name });
  }
}

/** Runs an engine in its own process and kills it as soon as the container runs. */
async function startAndKill(place: TestEnginePlace, container: string): Promise<void> {
  const args = [WORKER, place.root, place.instance, container];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  assert.equal(String(first), 'ready\n');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function logOf(engine: Awaited<ReturnType<typeof createTestEngine>>): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of await engine.containers.logs('steady', {})) {
    lines.push(...batch.map(({ text }) => text.toString()));
  }
  return lines;
}
