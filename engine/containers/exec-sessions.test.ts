import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExecId } from '../lib/index.ts';
import { containerConfig } from '../testing/container-config.ts';
import { fakeContainerDeps } from '../testing/fake-container-deps.ts';
import { createContainerService } from './create-container-service.ts';

const REQUEST = { args: ['true'], tty: false, openStdin: false };

async function setUp(now = () => new Date()) {
  const fake = fakeContainerDeps();
  const service = createContainerService({ ...fake.deps, clock: now });
  service.releaseRestarts();
  const { id } = await service.create(containerConfig(), { name: 'web' });
  await service.start(id);
  return { ...fake, service, id };
}

test('what is no id of a session never reaches the runtime, where it would be a path', async () => {
  using env = await setUp();
  const asked: string[] = [];
  env.runtime.recoverExec = async (_container, id) => void asked.push(id);
  for (const id of ['../../../etc', '..', '', 'a'.repeat(63), `${'a'.repeat(64)}/..`] as ExecId[]) {
    await assert.rejects(env.service.inspectExec(id), { code: 'not_found' });
    await assert.rejects(env.service.startExec(id), { code: 'not_found' });
    await assert.rejects(env.service.resizeExec(id, 1, 1), { code: 'not_found' });
    await assert.rejects(env.service.endExec(id), { code: 'not_found' });
  }
  assert.deepEqual(asked, []);
  await assert.rejects(env.service.inspectExec('a'.repeat(64) as ExecId), { code: 'not_found' });
  assert.deepEqual(asked, ['a'.repeat(64)]);
});

test('sessions that nobody starts, or that could not start, are forgotten after a while', async () => {
  let now = Date.now();
  using env = await setUp(() => new Date(now));
  const unstarted = await env.service.createExec('web', REQUEST);
  const refused = await env.service.createExec('web', REQUEST);
  await env.service.pause('web');
  await assert.rejects(env.service.startExec(refused.id), { code: 'conflict' });
  await env.service.unpause('web');
  now += 10 * 60_000;
  await env.service.createExec('web', REQUEST);
  assert.equal((await env.service.inspectExec(unstarted.id)).running, false);
  await assert.rejects(env.service.inspectExec(refused.id), { code: 'not_found' });
  now += 60 * 60_000;
  await env.service.createExec('web', REQUEST);
  await assert.rejects(env.service.inspectExec(unstarted.id), { code: 'not_found' });
});
