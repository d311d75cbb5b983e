// What happened before the server was stopped, or killed, is told by the pages' procedure and by `docker events --since`.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createApiClient } from '../api-client.ts';
import { startBaseServer } from './base-server.ts';

/** More than an event waits to be written. */
const WRITTEN_MS = 2_000;

test('events outlive a stop and a kill of the server, each under its own number', { timeout: 180_000 }, async () => {
  await using server = await startBaseServer();
  const { davit, ask } = server;
  const api = createApiClient(davit.url);
  const code = readFileSync(join(davit.dataRoot, 'setup-code'), 'utf8').trim();
  await api.trpc.session.setup.mutate({ code, name: 'anna', password: 'a long enough passphrase' });

  await ask('POST', '/volumes/create', { Name: 'first' });
  // Not a moment later: what was told is written at the end.
  await davit.stop();
  await davit.start();
  await davit.untilReady();
  await ask('POST', '/volumes/create', { Name: 'second' });
  await delay(WRITTEN_MS);
  await davit.kill();
  await davit.start();
  await davit.untilReady();
  await ask('POST', '/volumes/create', { Name: 'third' });

  const told = (await api.trpc.events.list.query({ type: 'volume' })).reverse();
  assert.deepEqual(
    told.map(({ action, name, entrance }) => `${action} ${name} ${entrance}`),
    ['create first cli', 'create second cli', 'create third cli'],
  );
  const numbers = told.map(({ seq }) => seq);
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].toSorted((a, b) => a - b),
  );

  const filters = encodeURIComponent('{"type":["volume"]}');
  const past = await ask('GET', `/events?since=0&until=${Math.ceil(Date.now() / 1_000)}&filters=${filters}`);
  assert.deepEqual(
    past
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).Actor.ID),
    ['first', 'second', 'third'],
  );
});
