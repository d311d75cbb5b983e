import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import { openTestApi } from '../test-api.ts';

const ID = 'a'.repeat(64);

/** A container with a terminal that says nothing and ends when its stream is closed; what it was sent is kept. */
function silentTerminal(told: unknown[], typed: string[]) {
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const stream = {
    output: (async function* () {
      await closed;
      yield* [];
    })(),
    writeStdin: async (data: Uint8Array) => void typed.push(Buffer.from(data).toString()),
    close,
  };
  const config = { tty: true, openStdin: true, log: { driver: 'none' } };
  const containers = {
    inspect: async () => ({ id: ID, name: 'term', config }),
    attach: async () => stream,
    tellDetached: async (id: string, exec: unknown) => void told.push([id, exec]),
  };
  return { containers, close };
}

const ATTACH = '/v1.51/containers/term/attach?stream=1&stdin=1&stdout=1';

test('who leaves by the detach keys is told as an event, and the keys reach nobody', { timeout: 20_000 }, async () => {
  const told: unknown[] = [];
  const typed: string[] = [];
  await using api = await openTestApi({ environment: silentTerminal(told, typed) });
  await api.ask('POST', ATTACH, { body: 'ls\x10\x11' });
  assert.deepEqual([told, typed], [[[ID, undefined]], ['ls']]);
});

test('an attach that ends with the process is no detach', { timeout: 20_000 }, async () => {
  const told: unknown[] = [];
  const typed: string[] = [];
  const terminal = silentTerminal(told, typed);
  await using api = await openTestApi({ environment: terminal });
  const asked = api.ask('POST', `${ATTACH}&detachKeys=ctrl-x`, { body: 'a\x10\x11' });
  terminal.close();
  await asked;
  assert.deepEqual(told, []);
});

test('what goes wrong before the stream is plain text, and a bad wish is not', async () => {
  const missing = new EngineError('not_found', 'No such container: gone', { reason: 'container_not_found' });
  await using api = await openTestApi({ environment: { containers: { inspect: () => Promise.reject(missing) } } });
  const { status, headers, text } = await api.ask('POST', '/containers/gone/attach?stream=1');
  assert.deepEqual([status, text], [404, 'No such container: gone\r\n']);
  assert.deepEqual([headers['content-type'], headers.connection], ['application/vnd.docker.raw-stream', 'close']);
  await using live = await openTestApi({ environment: silentTerminal([], []) });
  assert.deepEqual((await live.json('POST', '/containers/term/attach?stream=1&detachKeys=zzz')).status, 400);
  const { status: nothing, text: none } = await live.ask('POST', '/containers/term/attach?stdout=1');
  assert.deepEqual([nothing, none], [200, ''], 'neither log nor stream: the head and the end');
  const noUpgrade = await live.json('GET', '/containers/term/attach/ws?stream=1');
  assert.deepEqual([noUpgrade.status, noUpgrade.body.message], [400, 'this endpoint speaks WebSocket only']);
});
