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
  // What is not there is told before what is no link.
  assert.equal((await api.json('DELETE', '/containers/nobody?link=1')).status, 404);
});

test('a signal for nobody, and one that does not exist, are told with the container as it was called', async () => {
  const signalInvalid = () =>
    Promise.reject(new EngineError('invalid_argument', 'invalid signal: NOPE', { reason: 'signal_invalid' }));
  const containers = {
    inspect: async (ref: string) => {
      if (ref === 'web') return { id: ID, name: 'web', createdBy: 'me' };
      throw new EngineError('not_found', `No such container: ${ref}`, { reason: 'container_not_found' });
    },
    kill: signalInvalid,
    stop: signalInvalid,
  };
  await using api = await openTestApi({ environment: { containers } });
  const told = async (path: string) => {
    const { status, body } = await api.json('POST', `/containers/${path}`);
    return [status, body.message];
  };
  assert.deepEqual(await told('nobody/kill'), [404, 'cannot kill container: nobody: No such container: nobody']);
  assert.deepEqual(await told('nobody/stop'), [404, 'No such container: nobody']);
  assert.deepEqual(await told('web/kill?signal=NOPE'), [400, 'cannot kill container: web: invalid signal: NOPE']);
  assert.deepEqual(await told('web/stop?signal=NOPE'), [400, 'cannot stop container: web: invalid signal: NOPE']);
  const unknown = 'cannot kill container: web: the linux daemon does not support signal 99';
  assert.deepEqual(await told('web/kill?signal=99'), [400, unknown]);
});
