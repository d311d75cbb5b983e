// One process of several is signalled: the others, and those of the host, do not notice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Engine } from '../system/engine.ts';
import { busyboxEngine } from '../testing/busybox-engine.ts';
import { containerConfig } from '../testing/container-config.ts';
import { waitUntil } from '../testing/wait-until.ts';

const TERM = { unixSignal: 'SIGTERM' };

let bench: Awaited<ReturnType<typeof busyboxEngine>>;
let engine: Engine;

before(async () => {
  bench = await busyboxEngine();
  engine = bench.engine;
  const command = ['sh', '-c', 'sleep 1001 & sleep 1002 & while true; do wait; sleep 1003; done'];
  await engine.containers.create(containerConfig({ image: 'busybox:test', network: 'none', command }), {
    name: 'many',
  });
  await engine.containers.start('many');
});

after(() => bench[Symbol.asyncDispose]());

async function processOf(command: string) {
  return (await engine.containers.processes('many')).find((one) => one.command === command);
}

test('a signal ends the one process it is for, and a second one is told that it has ended', async () => {
  const runs = async (command: string) => (await processOf(command)) !== undefined;
  await waitUntil('both run', async () => (await runs('sleep 1001')) && (await runs('sleep 1002')));
  const target = await processOf('sleep 1001');
  assert.ok(target);
  await engine.containers.signalProcess('many', target, TERM);
  await waitUntil('it has ended', async () => (await processOf('sleep 1001')) === undefined);
  assert.ok(await processOf('sleep 1002'));
  await assert.rejects(engine.containers.signalProcess('many', target, TERM), { code: 'not_found' });
});

test('neither a process of the host nor one that began at another time is signalled', async () => {
  const target = await processOf('sleep 1002');
  assert.ok(target);
  const own = { pid: process.pid, startedAt: new Date(Date.now() - process.uptime() * 1000) };
  await assert.rejects(engine.containers.signalProcess('many', own, TERM), { code: 'not_found' });
  const earlier = { ...target, startedAt: new Date(target.startedAt.getTime() - 60_000) };
  await assert.rejects(engine.containers.signalProcess('many', earlier, TERM), { code: 'not_found' });
  assert.ok(await processOf('sleep 1002'));
});

test('SIGKILL to the first process is a kill of the container', async () => {
  const { state } = await engine.containers.inspect('many');
  assert.equal(state.status, 'running');
  const first = (await engine.containers.processes('many')).find((one) => one.command.startsWith('sh -c'));
  assert.ok(first);
  await engine.containers.signalProcess('many', first, { unixSignal: 'SIGKILL', actor: { id: 'a', name: 'anna' } });
  const after = (await engine.containers.inspect('many')).state;
  assert.equal(after.status, 'exited');
  assert.equal(after.status === 'exited' && after.stoppedBy, 'anna');
});
