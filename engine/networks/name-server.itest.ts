// A name server that hangs, is hindered, or whose pid is somebody else's by now.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { errnoOf } from '../errors/index.ts';
import { createNetworkBench, lookUp, type NetworkBench } from '../testing/network-bench.ts';
import { waitUntil } from '../testing/wait-until.ts';

let bench: NetworkBench;
let web: Awaited<ReturnType<NetworkBench['attach']>>;
before(async () => {
  bench = await createNetworkBench();
  await bench.networks.create({ name: 'front' });
  web = await bench.attach('web', [{ network: 'front' }]);
});
after(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  assert.equal(await lookUp(web, 'web'), address());
});

const address = () => web.endpoints[0]?.address;
const pidFile = () => join(bench.paths.dns, 'config', 'aardvark.pid');
const nameServerPid = async () => Number(await readFile(pidFile(), 'utf8'));

const isGone = (pid: number) =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    (text) => text === '',
    () => true,
  );

async function endNameServer(): Promise<void> {
  const pid = await nameServerPid();
  process.kill(pid, 'SIGKILL');
  await waitUntil('the name server is gone', () => isGone(pid), 5_000);
}

/** Until the stack is disposed. Gives whether the port was free. */
async function answerGarbage(gateway: string, stack: AsyncDisposableStack): Promise<boolean> {
  const socket = createSocket('udp4', (_, { port, address: from }) => socket.send('garbage', port, from));
  const closed = once(socket, 'close');
  socket.bind(53, gateway);
  try {
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    if (errnoOf(error) === 'EADDRINUSE') return false;
    throw error;
  }
  stack.defer(async () => {
    socket.close();
    await closed;
  });
  return true;
}

/** What `verify` says about names. */
async function findings(): Promise<string> {
  const found = await bench.networks.verify(new Set([web.id]));
  return found.filter((line) => line.includes('name')).join('\n');
}

test('one that hangs is ended and started anew', async () => {
  const pid = await nameServerPid();
  process.kill(pid, 'SIGSTOP');
  assert.deepEqual(await bench.networks.ensure(), ['started the name server anew, which did not answer']);
  assert.notEqual(await nameServerPid(), pid);
  assert.ok(await isGone(pid));
  assert.equal(await lookUp(web, 'web'), address());
  assert.deepEqual(await bench.networks.ensure(), []);
});

test('while somebody else answers garbage at its place, containers come and go; then it is started by itself', async () => {
  const { subnets } = await bench.networks.get('front');
  await endNameServer();
  {
    await using stack = new AsyncDisposableStack();
    const gateway = subnets[0]?.gateway ?? '';
    // A process that ends is without memory, and so without a command, before its sockets are closed.
    await waitUntil('the port is free', () => answerGarbage(gateway, stack), 5_000);
    await bench.networks.ensure();
    assert.match(await findings(), /the name server does not (run|answer)/);
    const other = await bench.attach('other', [{ network: 'front' }]);
    assert.notEqual(await lookUp(other, 'web'), address());
    await bench.networks.detach(other.id);
  }
  await bench.networks.ensure();
  assert.equal(await findings(), '');
  assert.equal(await lookUp(web, 'web'), address());
});

test('somebody else under its pid is never signalled, and another one is started', async () => {
  await endNameServer();
  // It names the same folder, as an editor or a backup might.
  const config = join(bench.paths.dns, 'config');
  const foreign = spawn('sh', ['-c', 'sleep 600 & wait', '--config', config], { stdio: 'ignore', detached: true });
  const pid = foreign.pid ?? 0;
  try {
    await writeFile(pidFile(), String(pid));
    assert.match(await findings(), /the name server does not run/);
    assert.deepEqual(await bench.networks.ensure(), ['started the name server']);
    assert.notEqual(await nameServerPid(), pid);
    const own = await nameServerPid();
    await writeFile(pidFile(), String(pid));
    await bench.networks.detach(web.id);
    await bench.networks.remove('front');
    assert.deepEqual([foreign.exitCode, foreign.signalCode], [null, null]);
    process.kill(own, 'SIGKILL');
  } finally {
    process.kill(-pid, 'SIGKILL');
  }
});
