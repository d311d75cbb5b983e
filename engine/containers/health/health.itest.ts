import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { newExecId } from '../../lib/index.ts';
import { realContainers } from '../../testing/real-containers.ts';
import type { HealthState } from '../container-service.ts';

let real: Awaited<ReturnType<typeof realContainers>>;
before(async () => {
  real = await realContainers({
    Cmd: ['sleep', '600'],
    Healthcheck: { Test: ['CMD-SHELL', 'echo asked; test -e /tmp/ok'], Interval: 3e8, Retries: 2 },
  });
});
after(() => real[Symbol.asyncDispose]());

async function healthOf(id: string): Promise<HealthState | undefined> {
  const { state } = await real.service.inspect(id);
  return state.status === 'running' ? state.health : undefined;
}

async function until(id: string, holds: (health: HealthState) => boolean): Promise<HealthState> {
  for (;;) {
    const health = await healthOf(id);
    if (health !== undefined && holds(health)) return health;
    await sleep(20);
  }
}

async function inside(id: string, line: string): Promise<string> {
  const exec = await real.service.createExec(id, { args: ['sh', '-c', line], tty: false, openStdin: false });
  await using stream = await real.service.startExec(exec.id);
  let output = '';
  for await (const { data } of stream.output) output += data.toString();
  return output;
}

test("the image's check says unhealthy, healthy after its cure, and goes on under a new server", {
  timeout: 60_000,
}, async () => {
  const told: string[] = [];
  using _heard = real.deps.events.subscribe(({ action }) => void told.push(action));
  const id = await real.create({});
  await real.service.start(id);
  const sick = await until(id, ({ status }) => status === 'unhealthy');
  assert.equal(sick.failingStreak, 2);
  assert.deepEqual([sick.log[0]?.exitCode, sick.log[0]?.output], [1, 'asked\n']);
  assert.match((await real.service.list()).find((one) => one.id === id)?.status ?? '', /\(unhealthy\)$/);

  await inside(id, 'touch /tmp/ok');
  await until(id, ({ status }) => status === 'healthy');
  await real.restart();
  const joined = await healthOf(id);
  assert.equal(joined?.status, 'healthy');
  const last = joined.log.at(-1)?.endedAt.getTime() ?? 0;
  await inside(id, 'busybox rm /tmp/ok');
  const again = await until(id, ({ status }) => status === 'unhealthy');
  assert.ok((again.log.at(-1)?.startedAt.getTime() ?? 0) > last);
  assert.ok(again.log.length <= 5);
  assert.deepEqual(
    told.filter((action) => action.startsWith('health_status')),
    ['health_status: unhealthy', 'health_status: healthy', 'health_status: unhealthy'],
  );
  await real.service.remove(id, { force: true });
});

test('a check that hangs is killed with what it started', { timeout: 60_000 }, async () => {
  const line = 'echo $$ > /tmp/pid; sleep 500 & sleep 501';
  const id = await real.create({
    healthcheck: { test: ['CMD-SHELL', line], intervalMs: 100, timeoutMs: 400, retries: 1 },
  });
  await real.service.start(id);
  const { log } = await until(id, (health) => health.log.length >= 3);
  assert.deepEqual([log[0]?.exitCode, log[0]?.output], [-1, 'Health check exceeded timeout (400ms)']);
  const left = (await real.service.processes(id)).filter(({ command }) => command === 'sleep 500');
  // That of the probe that may be running.
  assert.ok(left.length <= 1, JSON.stringify(left));
  await real.service.remove(id, { force: true });
});

test('a probe that a killed server left behind is ended by the next one', { timeout: 60_000 }, async () => {
  const args = ['sleep', '502'];
  const id = await real.create({ healthcheck: { test: ['CMD', ...args], intervalMs: 3_600_000 } });
  await real.service.start(id);
  const about = { containerId: id, env: ['PATH=/bin'], cwd: '/', tty: false, openStdin: false, privileged: false };
  const user = { uid: 0, gid: 0, additionalGids: [] };
  const left = await real.deps.runtime.exec({ ...about, id: newExecId(), args, user });
  const person = await real.deps.runtime.exec({ ...about, id: newExecId(), args: ['sleep', '503'], user });
  await real.restart();
  assert.equal((await left.exited).exitCode, 137);
  const commands = (await real.service.processes(id)).map(({ command }) => command).sort();
  assert.deepEqual(commands, ['sleep 503', 'sleep 600']);
  person.stream.close();
  await real.service.remove(id, { force: true });
});
