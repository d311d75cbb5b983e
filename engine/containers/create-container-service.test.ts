import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { EngineError, isEngineError } from '../errors/index.ts';
import type { ContainerId } from '../lib/index.ts';
import { containerConfig } from '../testing/container-config.ts';
import { fakeContainerDeps } from '../testing/fake-container-deps.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { ContainerService } from './container-service.ts';
import { createContainerService } from './create-container-service.ts';

function setUp() {
  const fake = fakeContainerDeps();
  const service = createContainerService(fake.deps);
  service.releaseRestarts();
  return { ...fake, service, stateOf: async (id: ContainerId) => (await fake.deps.store.get(id))?.state };
}

const make = (service: ContainerService, change = {}, name = 'web') =>
  service.create(containerConfig(change), { name, actor: { id: 'u1', name: 'ada' } });

test('create, start, stop, remove leave nothing behind and tell it in order', { timeout: 10_000 }, async () => {
  using env = setUp();
  const { service, actions, inUse } = env;
  const { id } = await make(service);
  assert.deepEqual(await service.start('web'), { started: true });
  assert.deepEqual(await service.start('web'), { started: false });
  const [summary] = await service.list();
  assert.match(summary?.status ?? '', /^Up (Less than a second|\d+ seconds?)$/);
  assert.equal(summary?.labels['from'], 'image');
  assert.deepEqual(await service.stop(id.slice(0, 6), { actor: { id: 'u1', name: 'ada' } }), { stopped: true });
  assert.deepEqual(await service.stop('web'), { stopped: false });
  assert.deepEqual((await service.inspect('web')).stopReason, {
    kind: 'stopped',
    by: 'ada',
    exitCode: 143,
    signal: 15,
  });
  await service.remove('web');
  assert.deepEqual(actions, ['create', 'start', 'kill', 'die', 'stop', 'destroy']);
  assert.deepEqual(await service.list({ all: true }), []);
  assert.deepEqual([...inUse.attached, ...inUse.mounted, ...inUse.layers], []);
  await assert.rejects(
    service.inspect('web'),
    (e) => isEngineError(e, 'not_found') && e.message === 'No such container: web',
  );
});

test('names are checked, unique and random when none is given', { timeout: 10_000 }, async () => {
  using env = setUp();
  const first = await make(env.service);
  await assert.rejects(make(env.service, {}, 'bad name'), /^EngineError: Invalid container name \(bad name\), only/);
  await assert.rejects(
    make(env.service),
    (e) =>
      isEngineError(e, 'already_exists') &&
      e.message ===
        `Conflict. The container name "/web" is already in use by container "${first.id}". You have to remove (or rename) that container to be able to reuse that name.`,
  );
  const { name } = await env.service.create(containerConfig());
  assert.match(name, /^[a-z]+_[a-z]+$/);
  assert.equal(env.inUse.layers.size, 2, 'the refused ones left no layer');
  await env.service.rename('web', 'site');
  assert.equal((await env.service.inspect('/site')).name, 'site');
});

test('of many containers those that are asked for are listed, and none for what is not there', async () => {
  using env = setUp();
  const { id } = await make(env.service);
  const other = await make(env.service, {}, 'other');
  const idsOf = async (ids: string[]) => (await env.service.list({ all: true, ids })).map((one) => one.id);
  assert.deepEqual(await idsOf([id, id, 'f'.repeat(64), 'no id']), [id]);
  assert.deepEqual((await idsOf([id, other.id])).toSorted(), [id, other.id].toSorted());
  assert.deepEqual(await idsOf([]), []);
});

test('a process that ignores the stop signal is killed after its grace period', { timeout: 10_000 }, async () => {
  using env = setUp();
  env.runtime.ignored = [15];
  const { id } = await make(env.service);
  await env.service.start(id);
  await env.service.stop(id, { timeoutSeconds: 0.05 });
  assert.deepEqual(env.runtime.signals, [15, 9]);
  const state = await env.stateOf(id);
  assert.equal(state?.status === 'exited' && state.exitCode, 137);
});

test('a start that fails leaves created with text and code, and nothing in use', { timeout: 10_000 }, async () => {
  using env = setUp();
  const { id } = await make(env.service);
  const message = 'exec: "nosuch": executable file not found in $PATH';
  env.runtime.failStart = new EngineError('invalid_argument', message, { exitCode: 127 });
  await assert.rejects(env.service.start(id), (e) => isEngineError(e, 'invalid_argument') && e.message === message);
  assert.deepEqual(await env.stateOf(id), { status: 'created', error: message, exitCode: 127 });
  assert.deepEqual([...env.inUse.attached, ...env.inUse.mounted], []);
  env.runtime.failStart = undefined;
  assert.deepEqual(await env.service.start(id), { started: true });
  await env.service.remove(id, { force: true });
});

test('the restart policy starts it again with growing delays until the limit', { timeout: 10_000 }, async () => {
  using env = setUp();
  const { id } = await make(env.service, { restart: { name: 'on-failure', maxRetries: 2 } });
  await env.service.start(id);
  for (let run = 1; run <= 3; run++) {
    const runs = async () => env.runtime.started.length === run && (await env.stateOf(id))?.status === 'running';
    await waitUntil(`it runs for the ${run}. time`, runs);
    env.runtime.end(id, { exitCode: 3 });
  }
  await waitUntil('it has given up', async () => (await env.stateOf(id))?.status === 'exited');
  assert.equal((await env.service.inspect(id)).restartCount, 2);
  assert.equal((await env.service.inspect(id)).stopReason?.kind, 'crashed');
});

test('a stop while it waits for its restart ends the waiting', { timeout: 10_000 }, async () => {
  using env = setUp();
  const { id } = await make(env.service, { restart: { name: 'always', maxRetries: 0 } });
  await env.service.start(id);
  env.runtime.end(id, { exitCode: 1 });
  await delay(20);
  assert.equal((await env.stateOf(id))?.status, 'restarting');
  assert.deepEqual(await env.service.stop(id), { stopped: true });
  await delay(150);
  assert.equal((await env.stateOf(id))?.status, 'exited');
  assert.equal(env.runtime.started.length, 1);
});

test('automatic removal, waiting and oom are told', { timeout: 10_000 }, async () => {
  using env = setUp();
  const { id } = await make(env.service, { autoRemove: true });
  const removed = env.service.wait(id, { condition: 'removed' });
  await env.service.start(id);
  const ended = env.service.wait(id);
  await delay(10);
  env.runtime.end(id, { exitCode: 137, signal: 9, oomKilled: true });
  assert.deepEqual(await ended, { exitCode: 137 });
  assert.equal(typeof (await removed).exitCode, 'number');
  assert.deepEqual(env.actions.slice(-3), ['oom', 'die', 'destroy']);
  assert.equal(await env.stateOf(id), undefined);
});

test('pause and unpause follow the table; stop thaws', { timeout: 10_000 }, async () => {
  using env = setUp();
  const { id } = await make(env.service);
  await env.service.start(id);
  await env.service.pause(id);
  await assert.rejects(env.service.start(id), /cannot start a paused container, try unpause instead/);
  await assert.rejects(env.service.pause(id), /is already paused/);
  await assert.rejects(
    env.service.createExec(id, { args: ['sh'], tty: false, openStdin: false }),
    /is paused, unpause/,
  );
  await env.service.stop(id);
  assert.equal((await env.stateOf(id))?.status, 'exited');
});

test('fifty starts, stops and removals at once leave one consistent end', { timeout: 60_000 }, async () => {
  using env = setUp();
  const { id } = await make(env.service);
  const calls = Array.from({ length: 50 }, (_, i) => {
    if (i % 3 === 0) return env.service.start(id);
    if (i % 3 === 1) return env.service.stop(id, { timeoutSeconds: 1 });
    return i === 47 ? env.service.remove(id, { force: true }) : env.service.restart(id, { timeoutSeconds: 1 });
  });
  for (const { status, ...rest } of await Promise.allSettled(calls)) {
    if (status === 'rejected') {
      const reason: unknown = 'reason' in rest ? rest.reason : undefined;
      assert.ok(isEngineError(reason) && (reason.code === 'not_found' || reason.code === 'conflict'), String(reason));
    }
  }
  if ((await env.stateOf(id)) !== undefined) await env.service.remove(id, { force: true });
  assert.equal(env.runtime.mostAtOnce, 1);
  assert.equal(env.runtime.live.size, 0);
  assert.deepEqual([...env.inUse.attached, ...env.inUse.mounted, ...env.inUse.layers], []);
  assert.deepEqual(await env.deps.store.list(), []);
});

test('after a restart of the server running ones are joined, lost ones recorded, cut-off work finished', {
  timeout: 10_000,
}, async () => {
  using env = setUp();
  const alive = await make(env.service, {}, 'alive');
  const lost = await make(env.service, {}, 'lost');
  const half = await make(env.service, {}, 'half');
  await env.service.start(alive.id);
  await env.service.start(lost.id);
  await env.service.close();
  await env.deps.store.update(half.id, { phase: 'creating' });
  env.runtime.live.delete(lost.id);

  const second = createContainerService(env.deps);
  const actions = await second.reconcile({ rebooted: false });
  second.releaseRestarts();
  assert.equal(actions.length, 2, actions.join('\n'));
  assert.deepEqual([...second.aliveIds()], [alive.id]);
  assert.deepEqual((await second.inspect(lost.id)).stopReason, { kind: 'lost', exitCode: 255 });
  await assert.rejects(second.inspect(half.id), /No such container/);
  await second.stop(alive.id);
  assert.equal((await env.stateOf(alive.id))?.status, 'exited');
});

test('after a reboot only what the policies name starts again', { timeout: 10_000 }, async () => {
  using env = setUp();
  const once = await make(env.service, {}, 'once');
  const always = await make(env.service, { restart: { name: 'always', maxRetries: 0 } }, 'always');
  const stopped = await make(env.service, { restart: { name: 'unless-stopped', maxRetries: 0 } }, 'stopped');
  for (const { id } of [once, always, stopped]) await env.service.start(id);
  await env.service.stop(stopped.id);
  await env.service.close();
  env.runtime.live.clear();

  const second = createContainerService(env.deps);
  await second.reconcile({ rebooted: true });
  assert.equal(env.runtime.live.size, 0, 'nothing starts before the rest is reconciled');
  second.releaseRestarts();
  await waitUntil('one is back', () => [...second.aliveIds()].length > 0);
  // Those that stay down would have come with it, or soon after.
  await delay(50);
  assert.deepEqual([...second.aliveIds()], [always.id]);
  await second.close();
});

test('after a reboot a container waits for the one whose network it shares, and says when that does not run', {
  timeout: 10_000,
}, async () => {
  using env = setUp();
  const restart = { name: 'always', maxRetries: 0 } as const;
  const owner = await make(env.service, { restart }, 'owner');
  const idle = await make(env.service, {}, 'idle');
  await env.service.start(owner.id);
  await env.service.start(idle.id);
  const guest = await make(env.service, { restart, network: 'container:owner' }, 'guest');
  const lonely = await make(env.service, { restart, network: 'container:idle' }, 'lonely');
  for (const { id } of [guest, lonely]) await env.service.start(id);
  await env.service.close();
  env.runtime.live.clear();
  env.runtime.started.length = 0;

  const second = createContainerService(env.deps);
  await second.reconcile({ rebooted: true });
  second.releaseRestarts();
  while ((await env.stateOf(guest.id))?.status !== 'running') await delay(10);
  assert.deepEqual(
    env.runtime.started.map(({ id }) => id),
    [owner.id, guest.id],
  );
  const { stopReason } = await second.inspect(lonely.id);
  assert.deepEqual(stopReason, {
    kind: 'start_failed',
    error: `cannot join network namespace of a non running container: ${idle.id}`,
    exitCode: 128,
  });
  await second.close();
});

test('a run of ten seconds starts the delays anew', { timeout: 10_000 }, async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  using env = setUp();
  // Files are written at a start: turns of the loop, not time, until it is done.
  const becomes = async (status: string) => {
    for (;;) {
      const state = await env.stateOf(id);
      if (state?.status === status) return state;
      await turn();
    }
  };
  const { id } = await make(env.service, { restart: { name: 'always', maxRetries: 0 } });
  await env.service.start(id);
  const delays: number[] = [];
  for (const ranMs of [0, 9_999, 5, 10_000, 0]) {
    t.mock.timers.tick(ranMs);
    env.runtime.end(id, { exitCode: 1 });
    const state = await becomes('restarting');
    assert.ok(state.status === 'restarting');
    const waitMs = state.nextAt.getTime() - Date.now();
    delays.push(waitMs);
    t.mock.timers.tick(waitMs - 1);
    for (let i = 0; i < 20; i++) await turn();
    assert.equal((await env.stateOf(id))?.status, 'restarting', 'not a moment too early');
    t.mock.timers.tick(1);
    await becomes('running');
  }
  assert.deepEqual(delays, [100, 200, 400, 100, 200]);
  await env.service.close();
});

test('a container goes though its volumes cannot be told that it had them', { timeout: 10_000 }, async () => {
  using env = setUp();
  const { service, deps } = env;
  const { id } = await make(service);
  await service.start('web');
  await service.stop('web');
  const mounts = [{ type: 'volume', name: 'data', source: '/data', target: '/data', readOnly: false }] as const;
  await deps.store.update(id, { mounts: [...mounts] });
  const asked: string[] = [];
  deps.volumes.noteUse = async (name) => {
    asked.push(name);
    throw new EngineError('resource_exhausted', 'There is no room on the disk', { reason: 'disk_full' });
  };
  await service.remove('web');
  assert.deepEqual(asked, ['data']);
  assert.deepEqual(await service.list({ all: true }), []);
});
