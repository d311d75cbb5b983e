import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import { openTestApi } from '../test-api.ts';

const ID = 'a'.repeat(64);

test('a link is removed by the name of its container and its own', async () => {
  const asked: unknown[] = [];
  const containers = {
    inspect: async (ref: string) => {
      if (ref === 'web') return { id: ID, name: 'web', createdBy: 'me' };
      throw new EngineError('not_found', `No such container: ${ref}`, { reason: 'container_not_found' });
    },
    unlink: async (id: string, alias: string) => void asked.push([id, alias]),
    remove: async (id: string) => void asked.push(['removed', id]),
  };
  await using api = await openTestApi({ environment: { containers }, role: 'developer' });
  assert.equal((await api.ask('DELETE', '/containers/web/db?link=1')).status, 204);
  assert.equal((await api.ask('DELETE', '/v1.24/containers/web%2Fcache?link=true')).status, 204);
  assert.deepEqual(asked, [
    [ID, 'db'],
    [ID, 'cache'],
  ]);
  assert.equal((await api.json('DELETE', '/containers/web?link=1')).status, 409);
  assert.equal((await api.json('DELETE', '/containers/nobody/db?link=1')).status, 404);
  assert.equal((await api.ask('DELETE', '/containers/web?link=0')).status, 204);
  assert.deepEqual(asked.at(-1), ['removed', ID]);
});
