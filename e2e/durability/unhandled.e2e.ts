// A fault in the server that nobody caught: it is logged with its place; containers live on, and so does the server where
// nothing can have been left half-done.
import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { waitUntil } from '#engine/testing/wait-until.ts';
import { untilStarted } from '../davit-process.ts';
import { untilVerified } from '../verify.ts';
import { type BaseServer, logsOf, startBaseServer, startContainer } from './base-server.ts';

/** Loaded before the server's own modules. */
const FAULTS = `
process.on('SIGUSR1', () => { Promise.reject(new Error('nobody waits for this')); });
process.on('SIGUSR2', () => { setImmediate(() => { throw new Error('nobody catches this'); }); });
`;

const resources = new AsyncDisposableStack();
let server: BaseServer;
let pid: number;

before(
  async () => {
    const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'davit-fault-')));
    const script = join(folder.path, 'fault.cjs');
    await writeFile(script, FAULTS);
    server = resources.use(await startBaseServer({ env: { NODE_OPTIONS: `--require=${script}` } }));
    const count = 'i=0; while :; do echo "line $i"; i=$((i+1)); sleep 0.2; done';
    await startContainer(server.ask, 'box', ['sh', '-c', count]);
    pid = (await inspect()).pid;
  },
  { timeout: 120_000 },
);

after(() => resources[Symbol.asyncDispose]());

test('a rejected promise that nobody waits for is logged, and everybody is served on', {
  timeout: 60_000,
}, async () => {
  const { davit } = server;
  process.kill(davit.pid(), 'SIGUSR1');
  const fault = /"level":50[^\n]*nobody waits for this[^\n]*fault\.cjs[^\n]*nobody waited for it/;
  await waitUntil('it is logged with its place', () => fault.test(davit.output()), 20_000);
  assert.equal(davit.exitCode(), undefined);
  assert.deepEqual(await inspect(), { status: 'running', pid });
});

test('an exception in a callback ends the server with its place in the log; the next one takes the container over', {
  timeout: 120_000,
}, async () => {
  const { davit, ask } = server;
  process.kill(davit.pid(), 'SIGUSR2');
  await waitUntil('the server has ended', () => davit.exitCode() !== undefined, 20_000);
  assert.equal(davit.exitCode(), 1, 'a service manager must start it again');
  assert.match(davit.output(), /"level":50[^\n]*nobody catches this[^\n]*fault\.cjs[^\n]*it ends/);
  process.kill(pid, 0);
  await davit.start();
  await untilStarted(davit);
  assert.deepEqual(await inspect(), { status: 'running', pid });
  const numbers = [...(await logsOf(ask, 'box')).matchAll(/line (\d+)/g)].map(([, number]) => Number(number));
  assert.deepEqual(
    numbers,
    numbers.map((_, at) => at),
  );
  await ask('DELETE', '/containers/box?force=1');
  await untilVerified(davit);
});

async function inspect(): Promise<{ status: string; pid: number }> {
  const { State: state } = JSON.parse(await server.ask('GET', '/containers/box/json')) as {
    State: { Status: string; Pid: number };
  };
  return { status: state.Status, pid: state.Pid };
}
