import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { containerConfig } from '../../testing/container-config.ts';
import { fakeContainerDeps } from '../../testing/fake-container-deps.ts';
import type { ContainerState, HealthCheck } from '../container-service.ts';
import { createContainerService } from '../create-container-service.ts';

/** Everything that can happen without time passing happens. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await turn();
}

function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  const fake = fakeContainerDeps();
  const service = createContainerService(fake.deps);
  service.releaseRestarts();
  const pass = async (ms: number) => {
    t.mock.timers.tick(ms);
    await settle();
  };
  return { ...fake, service, pass };
}

const start = async (env: ReturnType<typeof setUp>, healthcheck: HealthCheck, name = 'web') => {
  const { id } = await env.service.create(containerConfig({ healthcheck }), { name });
  await env.service.start(id);
  return id;
};
const healthIn = (state: ContainerState) => ('health' in state ? state.health : undefined);

test('probes come one interval after the start and after the end of the last, and changes are told', async (t) => {
  using env = setUp(t);
  let exitCode = 0;
  env.runtime.answer = async () => ({ exitCode, output: `code ${exitCode}` });
  const id = await start(env, { test: ['CMD', 'check'], intervalMs: 10_000, retries: 2 });
  const summary = async () => (await env.service.list())[0];
  assert.equal((await summary())?.health, 'starting');
  await env.pass(9_900);
  assert.equal(healthIn((await env.service.inspect(id)).state)?.log.length, 0);
  await env.pass(1_200);
  assert.match((await summary())?.status ?? '', /\(healthy\)$/);
  exitCode = 1;
  await env.pass(10_000);
  assert.equal((await summary())?.health, 'healthy');
  await env.pass(10_000);
  const health = healthIn((await env.service.inspect(id)).state);
  assert.deepEqual([health?.status, health?.failingStreak, health?.log.at(-1)?.output], ['unhealthy', 2, 'code 1']);
  assert.deepEqual(
    (await env.service.list({ health: ['unhealthy'] })).map((one) => one.id),
    [id],
  );
  assert.deepEqual(await env.service.list({ health: ['healthy', 'none'] }), []);
  assert.deepEqual(
    env.actions.filter((action) => action.startsWith('health')),
    ['health_status: healthy', 'health_status: unhealthy'],
  );
  assert.deepEqual(env.actions.slice(2, 5), ['exec_create: check ', 'exec_start: check ', 'exec_die']);

  env.runtime.end(id);
  await settle();
  const { state } = await env.service.inspect(id);
  assert.equal(state.status === 'exited' && state.health?.status, 'unhealthy');
  const probes = env.actions.length;
  await env.pass(60_000);
  assert.equal(env.actions.length, probes, 'an ended container is asked no more');
  await env.service.close();
});

test('a probe that takes too long fails, one of a frozen container does not begin', async (t) => {
  using env = setUp(t);
  env.runtime.answer = () => new Promise(() => undefined);
  const id = await start(env, { test: ['CMD-SHELL', 'hang'], intervalMs: 1_000, timeoutMs: 2_000, retries: 1 });
  await env.pass(1_200);
  await env.pass(2_000);
  const health = healthIn((await env.service.inspect(id)).state);
  assert.equal(health?.status, 'unhealthy');
  assert.equal(health?.log[0]?.exitCode, -1);
  assert.equal(health?.log[0]?.output, 'Health check exceeded timeout (2s)');
  await env.service.pause(id);
  const told = env.actions.length;
  await env.pass(60_000);
  assert.equal(env.actions.length, told);
  env.runtime.answer = async () => ({ exitCode: 0, output: 'x'.repeat(5000) });
  await env.service.unpause(id);
  await env.pass(1_200);
  const after = healthIn((await env.service.inspect(id)).state);
  assert.equal(after?.status, 'healthy');
  assert.equal(after?.log.at(-1)?.output, `${'x'.repeat(4096)}...`);
  await env.service.close();
});

test('a new server goes on where the old one was, and at most four are asked at once', async (t) => {
  using env = setUp(t);
  const waiting: (() => void)[] = [];
  env.runtime.answer = () => new Promise((resolve) => waiting.push(() => resolve({ exitCode: 0, output: '' })));
  const ids = [];
  for (let i = 0; i < 7; i++) ids.push(await start(env, { test: ['CMD', 'x'], intervalMs: 60_000 }, `c${i}`));
  await env.pass(50_000);
  await env.service.close();
  const second = createContainerService(env.deps);
  await second.reconcile({ rebooted: false });
  await env.pass(5_000);
  assert.equal(waiting.length, 0);
  await env.pass(8_500);
  assert.equal(waiting.length, 4);
  while (waiting.length > 0) {
    waiting.shift()?.();
    await settle();
  }
  assert.equal(env.runtime.execs.most, 4);
  assert.equal((await second.list({ health: ['healthy'] })).length, ids.length);
  await second.close();
});

test('a command that is not there is a failure, NONE is no check', async (t) => {
  using env = setUp(t);
  const id = await start(env, { test: ['CMD', 'nosuch'], intervalMs: 1_000 });
  await env.pass(1_200);
  assert.match(healthIn((await env.service.inspect(id)).state)?.log[0]?.output ?? '', /runs nothing/);
  const none = await start(env, { test: ['NONE'] }, 'none');
  assert.equal(healthIn((await env.service.inspect(none)).state), undefined);
  await env.service.close();
});
