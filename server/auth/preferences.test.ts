import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestServer } from '../http/test-server.ts';
import type { RequestContext } from '../trpc/context.ts';
import { appRouter } from '../trpc/router.ts';
import { readPreferences } from './preferences.ts';

test('what a person chooses is added to what they chose before, in every session of theirs and in nobody else\u2019s', async () => {
  await using server = await openTestServer();
  const enter = async (id: string) => {
    const { sessionId } = await server.enter('viewer', id);
    const ctx: RequestContext = {
      services: server.services,
      requestId: 'r1',
      actor: { id, name: id, role: 'viewer', sessionId },
      client: { address: '192.0.2.1', userAgent: 'test' },
      setSession() {},
    };
    return appRouter.createCaller(ctx);
  };
  const here = await enter('ann');
  const there = await enter('ann');
  const other = await enter('bea');
  const told: string[] = [];
  using _listening = server.auth.onPreferencesChanged((userId) => told.push(userId));
  const chosenBy = async (caller: typeof here) => (await caller.session.me({})).user?.preferences;
  assert.deepEqual(await chosenBy(here), {});
  await here.session.setPreferences({ preferences: { theme: 'dark', columns: { volumes: 'name,size' } } });
  const both = { theme: 'dark', columns: { networks: 'name' }, zone: 'Asia/Shanghai' };
  assert.deepEqual(
    await there.session.setPreferences({ preferences: { columns: { networks: 'name' }, zone: 'Asia/Shanghai' } }),
    both,
  );
  assert.deepEqual(await chosenBy(here), both);
  assert.deepEqual(await chosenBy(other), {});
  assert.deepEqual(told, ['ann', 'ann']);
});

test('a choice that does not exist is refused, and one of another version counts as never made', async () => {
  await using server = await openTestServer();
  const { headers } = await server.enter('viewer', 'ann');
  for (const preferences of [
    { theme: 'pink' },
    { zone: '<b>' },
    { columns: { 'a b': 'x' } },
    { dismissed: 'all' },
    { terminal: { keepMinutes: 1_441 } },
  ]) {
    const response = await fetch(`${server.url}/api/trpc/session.setPreferences`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ json: { preferences } }),
    });
    assert.equal(response.status, 400, JSON.stringify(preferences));
  }
  assert.deepEqual(readPreferences('{"theme":"pink","zone":"UTC"}'), {});
});
