// Every recorded pid belongs to somebody else by now: nobody is signalled by a pid alone, and the state becomes right.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { enginePaths } from '../paths.ts';
import { containerConfig } from '../testing/container-config.ts';
import { importBusybox } from '../testing/import-busybox.ts';
import { createTestEngine, dropTestEngine, newTestPlace, type TestEnginePlace } from '../testing/test-engine.ts';
import { testStores } from '../testing/test-stores.ts';
import { waitUntil } from '../testing/wait-until.ts';

/** Where crun and runc keep what they know of a container. */
const STATE = /^(crun\/[0-9a-f]{64}\/status|runc\/[0-9a-f]{64}\/state\.json)$/;
const CONFIG = containerConfig({ image: 'busybox:test', command: ['sleep', '600'] });

test('with a foreign process under every recorded pid nobody is signalled, and containers are told as ended', {
  timeout: 180_000,
}, async () => {
  const place = await newTestPlace();
  const paths = enginePaths(join(place.root, 'data'), join(place.root, 'run'));
  const id = await startAndForget(place);
  const files = await pidFiles(paths.runRoot);
  assert.ok(files.length >= 4, `the shim's and the process's of container and session: ${files}`);
  const row = (await testStores(join(place.root, 'rows')).containers.get(id))?.state;
  assert.ok(row?.status === 'running' && row.pid > 0);

  // What ran is gone without a word, as after a kill of everything; the exit was recorded by nobody.
  const own = new Set([row.pid]);
  for (const file of files) own.add(Number(await readFile(file, 'utf8')));
  const shims = files.filter((file) => file.endsWith('/shim'));
  for (const file of shims) kill(Number(await readFile(file, 'utf8')));
  for (const pid of own) kill(pid);
  for (const pid of own) await waitUntil(`process ${pid} is gone`, () => isGone(pid));

  await using strangers = spawnStrangers(files.length + 2);
  const [ofRow, ofState, ...others] = strangers.pids;
  for (const [at, file] of files.entries()) await writeFile(file, String(others[at]));
  await testStores(join(place.root, 'rows')).containers.update(id, { state: { ...row, pid: ofRow ?? 0 } });
  const states = (await readdir(paths.runRoot, { recursive: true })).filter((name) => STATE.test(name));
  assert.ok(states.length > 0, 'the runtime keeps a state');
  for (const name of states) {
    const state = JSON.parse(await readFile(join(paths.runRoot, name), 'utf8')) as object;
    const asIfOf = name.startsWith('crun') ? { pid: ofState } : { init_process_pid: ofState };
    await writeFile(join(paths.runRoot, name), JSON.stringify({ ...state, ...asIfOf }));
  }

  const engine = await createTestEngine(place);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => dropTestEngine(engine, place));
  await engine.start();
  const { state } = await engine.containers.inspect('box');
  assert.equal(state.status, 'exited');
  assert.equal(state.status === 'exited' && state.exitCode, 255);
  await assert.rejects(engine.containers.kill('box'), { code: 'conflict' });
  await engine.containers.start('box');
  await engine.containers.restart('box', { timeoutSeconds: 0 });
  await engine.containers.stop('box', { timeoutSeconds: 0 });
  await engine.containers.remove('box');
  await waitUntil('nothing is left', async () => (await engine.verify({ deep: true })).length === 0);
  assert.deepEqual(strangers.ended(), []);
});

test('a foreign process under the pid of a container that runs: a stop ends the container and nobody else', {
  timeout: 120_000,
}, async () => {
  const place = await newTestPlace();
  const paths = enginePaths(join(place.root, 'data'), join(place.root, 'run'));
  const id = await startAndForget(place);
  const rows = testStores(join(place.root, 'rows')).containers;
  const row = (await rows.get(id))?.state;
  assert.ok(row?.status === 'running');
  await using strangers = spawnStrangers(3);
  const [ofRow, ofShim, ofProcess] = strangers.pids;
  await rows.update(id, { state: { ...row, pid: ofRow ?? 0 } });
  await writeFile(join(paths.runContainer(id), 'shim'), String(ofShim));
  await writeFile(join(paths.runContainer(id), 'pid'), String(ofProcess));

  const engine = await createTestEngine(place);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => dropTestEngine(engine, place));
  await engine.start();
  const { state } = await engine.containers.inspect('box');
  assert.ok(state.status === 'running' && state.pid === row.pid, 'the shim tells the pid, not the record');
  await engine.containers.stop('box', { timeoutSeconds: 0 });
  await waitUntil('the process is gone', () => isGone(row.pid));
  await engine.containers.remove('box');
  await waitUntil('nothing is left', async () => (await engine.verify({ deep: true })).length === 0);
  assert.deepEqual(strangers.ended(), []);
});

/** A container with an open session, whose engine is gone. */
async function startAndForget(place: TestEnginePlace) {
  const engine = await createTestEngine(place);
  await engine.start();
  await importBusybox(engine);
  const { id } = await engine.containers.create(CONFIG, { name: 'box' });
  await engine.containers.start('box');
  const exec = await engine.containers.createExec('box', { args: ['sleep', '600'], tty: false, openStdin: true });
  await engine.containers.startExec(exec.id);
  await engine[Symbol.asyncDispose]();
  return id;
}

/** Files below the run root that hold nothing but a number. */
async function pidFiles(runRoot: string): Promise<string[]> {
  const names = await readdir(runRoot, { recursive: true });
  const found: string[] = [];
  for (const name of names.filter((one) => /(^|\/)(shim|pid|[^/]+\.pid)$/.test(one) && !one.includes('rootfs/'))) {
    if ((await stat(join(runRoot, name))).isFile()) found.push(join(runRoot, name));
  }
  return found;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with the one before.
  }
}

async function isGone(pid: number): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return /\) [ZX]/.test(text);
}

/** Each ends at any signal that can end a process. */
function spawnStrangers(count: number) {
  const children = Array.from({ length: count }, () => spawn('sleep', ['600'], { stdio: 'ignore', detached: true }));
  const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;
  return {
    pids: children.map(({ pid }) => pid ?? 0),
    ended: () => children.filter(hasEnded).map(({ pid, signalCode }) => `${pid} ${signalCode}`),
    [Symbol.asyncDispose]: async () => {
      for (const child of children) child.kill('SIGKILL');
    },
  };
}
