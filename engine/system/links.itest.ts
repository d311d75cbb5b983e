import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerConfig } from '../testing/container-config.ts';
import { importBusybox } from '../testing/import-busybox.ts';
import { createTestEngine, dropTestEngine, newTestPlace } from '../testing/test-engine.ts';
import type { Engine } from './engine.ts';

const SLEEP = { image: 'busybox:test', command: ['sleep', '600'] } as const;

async function sh(engine: Engine, ref: string, script: string): Promise<string> {
  const request = { args: ['sh', '-c', script], tty: false, openStdin: false };
  await using stream = await engine.containers.startExec((await engine.containers.createExec(ref, request)).id);
  let output = '';
  for await (const { data } of stream.output) output += data.toString();
  return output;
}

const addressOf = async (engine: Engine, ref: string) =>
  (await engine.containers.inspect(ref)).networks.map(({ address }) => address)[0] ?? '';

test('a link is in hosts and environment, follows the other container, and ends with it', {
  timeout: 120_000,
}, async () => {
  const place = await newTestPlace();
  const engine = await createTestEngine(place);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => dropTestEngine(engine, place));
  await engine.start();
  await importBusybox(engine);
  const { containers } = engine;
  const nobody = containers.create(containerConfig({ ...SLEEP, links: ['nobody:db'] }));
  await assert.rejects(nobody, { code: 'invalid_argument', message: /^could not get container for nobody: / });

  const db = await containers.create(containerConfig({ ...SLEEP, exposedPorts: ['70/tcp'], env: ['K=V'] }), {
    name: 'db',
  });
  await containers.create(containerConfig({ ...SLEEP, links: ['db:store'] }), { name: 'web' });
  await assert.rejects(containers.start('web'), {
    code: 'conflict',
    message: 'Cannot link to a non running container: /db AS /web/store',
  });
  await containers.start('db');
  await containers.start('web');
  const before = await addressOf(engine, 'db');
  const line = (address: string) => `${address}\tstore ${db.id.slice(0, 12)} db\n`;
  assert.ok((await sh(engine, 'web', 'cat /etc/hosts')).endsWith(line(before)));
  const env = await sh(engine, 'web', "tr '\\0' '\\n' </proc/1/environ");
  for (const pair of [`STORE_PORT=tcp://${before}:70`, 'STORE_NAME=/web/store', 'STORE_ENV_K=V']) {
    assert.ok(env.split('\n').includes(pair), `${pair} is not in ${env}`);
  }

  // An address given back rests for a while, so that the restarted container gets another one.
  await containers.restart('db', { timeoutSeconds: 0 });
  const after = await addressOf(engine, 'db');
  assert.notEqual(after, before);
  assert.ok((await sh(engine, 'web', 'cat /etc/hosts')).endsWith(line(after)));

  await engine.networks.create({ name: 'own' });
  await containers.create(containerConfig({ ...SLEEP, network: 'own' }), { name: 'far' });
  await containers.create(containerConfig({ ...SLEEP, network: 'own', links: ['far:near'] }), { name: 'asks' });
  await containers.start('asks');
  assert.doesNotMatch(await sh(engine, 'asks', 'cat /etc/hosts; env'), /near/i);
  await containers.start('far');
  const far = await addressOf(engine, 'far');
  assert.match(await sh(engine, 'asks', 'cat /etc/hosts'), new RegExp(`^${far}\tnear `, 'm'));

  await containers.remove('db', { force: true });
  await containers.stop('web', { timeoutSeconds: 0 });
  await containers.start('web');
  assert.doesNotMatch(await sh(engine, 'web', 'cat /etc/hosts; env'), /store/i);
});
