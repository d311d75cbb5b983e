// Containers that take what they can get and do not want to go.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Engine } from '../system/engine.ts';
import { busyboxEngine } from '../testing/busybox-engine.ts';
import { containerConfig } from '../testing/container-config.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { ContainerConfig } from './index.ts';

let bench: Awaited<ReturnType<typeof busyboxEngine>>;
let engine: Engine;

before(async () => {
  bench = await busyboxEngine();
  engine = bench.engine;
});

after(() => bench[Symbol.asyncDispose]());

async function run(name: string, change: Partial<ContainerConfig>): Promise<void> {
  const config = containerConfig({ image: 'busybox:test', network: 'none', ...change });
  await engine.containers.create(config, { name });
  await engine.containers.start(name);
}

async function exitCodeOf(name: string): Promise<number | undefined> {
  const { state } = await engine.containers.inspect(name);
  return state.status === 'exited' ? state.exitCode : undefined;
}

test('a fork bomb stays within its limit of processes, others go on, and a kill ends all of it', {
  timeout: 60_000,
}, async () => {
  await run('quiet', { command: ['sleep', '600'] });
  const limit = 40;
  // The shell that cannot fork any more ends; what it started stays.
  const command = ['sh', '-c', 'sh -c "while :; do sleep 600 & done" 2>/dev/null; exec sleep 600'];
  await run('bomb', { command, resources: { pidsLimit: limit } });
  const countOf = async () => (await engine.containers.top('bomb')).processes.length;
  await waitUntil('the bomb has filled its limit', async () => (await countOf()) >= limit - 2);
  assert.ok((await countOf()) <= limit);
  const { id } = await engine.containers.createExec('quiet', { args: ['true'], tty: false, openStdin: false });
  await using stream = await engine.containers.startExec(id);
  for await (const _ of stream.output);
  await engine.containers.kill('bomb');
  await waitUntil('it has ended', async () => (await exitCodeOf('bomb')) === 137);
  await engine.containers.remove('bomb');
  await engine.containers.remove('quiet', { force: true });
  assert.deepEqual(await engine.verify(), []);
});

test('a stop of what ignores its signal ends it after its grace period, with the zombies it left', {
  timeout: 60_000,
}, async () => {
  // The shell never waits for what it started: each of them is a zombie until its container ends.
  const script = 'trap "" TERM; for i in 1 2 3 4 5; do (exit 0) & done; echo ready; exec sleep 600';
  await run('deaf', { command: ['sh', '-c', script] });
  const startedAt = performance.now();
  await engine.containers.stop('deaf', { timeoutSeconds: 1 });
  const ms = performance.now() - startedAt;
  assert.ok(ms >= 950, `${ms} ms: before the grace period was over`);
  assert.equal(await exitCodeOf('deaf'), 137);
  await engine.containers.remove('deaf');
  assert.deepEqual(await engine.verify(), []);
});

test('beside one that takes all of the processor and one that makes files without end others answer, and a kill ends both', {
  timeout: 120_000,
}, async () => {
  await run('quiet', { command: ['sleep', '600'] });
  const hogs = Array.from({ length: 4 }, () => 'while :; do :; done & ').join('');
  await run('cpu', { command: ['sh', '-c', `${hogs} wait`] });
  // Thousands a second: each a shell builtin, in folders that are emptied now and then.
  const files = 'while :; do i=0; while [ $i -lt 200 ]; do : >/tmp/$i; i=$((i+1)); done; rm -f /tmp/*; echo 200; done';
  await run('files', { command: ['sh', '-c', `mkdir -p /tmp; ${files}`] });
  await waitUntil('the processor is taken', async () => {
    const { cpuNs } = await engine.containers.stats('cpu');
    return cpuNs > 2e9;
  });
  await waitUntil('files are made', async () => (await logLines('files')) > 1);

  for (let tries = 0; tries < 5; tries += 1) {
    const { id } = await engine.containers.createExec('quiet', { args: ['true'], tty: false, openStdin: false });
    await using stream = await engine.containers.startExec(id);
    for await (const _ of stream.output);
    assert.equal((await stream.exited)?.exitCode, 0);
  }
  await run('new', { command: ['true'] });
  await waitUntil('a new one has run', async () => (await exitCodeOf('new')) === 0);
  for (const name of ['cpu', 'files']) {
    await engine.containers.kill(name);
    await waitUntil(`${name} has ended`, async () => (await exitCodeOf(name)) === 137);
  }
  for (const name of ['cpu', 'files', 'new', 'quiet']) await engine.containers.remove(name, { force: true });
  assert.deepEqual(await engine.verify(), []);
});

async function logLines(name: string): Promise<number> {
  let lines = 0;
  for await (const batch of await engine.containers.logs(name, {})) lines += batch.length;
  return lines;
}
