// A name server that hangs, is hindered, or whose pid is somebody else's by now.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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

/** A signal is heard by each thread when it has time; until then it may answer. */
async function isStopped(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`);
  const stats = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8')));
  return stats.every((stat) => /\) T /.test(stat));
}

async function endNameServer(): Promise<void> {
  const pid = await nameServerPid();
  process.kill(pid, 'SIGKILL');
  await waitUntil('the name server is gone', () => isGone(pid), 5_000);
}

/** Until the stack is disposed. Gives whether the port was free. */
async function answerGarbage(gateway: string, stack: AsyncDisposableStack): Promise<boolean> {
  const socket = createSocket('udp4', (_, { port, address: from }) => socket.send('garbage', port, from));
  socket.bind(53, gateway);
  try {
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    if (errnoOf(error) === 'EADDRINUSE') return false;
    throw error;
  }
  stack.defer(async () => {
    const closed = once(socket, 'close');
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

/** Asks for names from inside a namespace; a process of its own for each name would come too late to notice anything. */
function openAsker({ netns = '', resolvConf }: typeof web) {
  const server = /^nameserver (\S+)/m.exec(resolvConf)?.[1] ?? '';
  const program = `const resolver = new (require('node:dns').promises.Resolver)({ timeout: 1000, tries: 4 });
    resolver.setServers([${JSON.stringify(server)}]);
    require('node:readline').createInterface({ input: process.stdin }).on('line', (name) =>
      resolver.resolve(name).then(
        (found) => console.log(found.join()),
        (error) => console.log(error.code)));`;
  const child = spawn('nsenter', [`--net=${netns}`, process.execPath, '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(name: string): Promise<string> {
      child.stdin.write(`${name}\n`);
      const { value } = await answers.next();
      return String(value);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}

test('a container is known by name as soon as it is attached', async () => {
  await using asker = openAsker(web);
  assert.equal(await asker.ask('web'), address());
  for (let round = 0; round < 20; round += 1) {
    const other = await bench.attach(`other-${round}`, [{ network: 'front' }]);
    assert.equal(await asker.ask(other.name), other.endpoints[0]?.address, other.name);
    await bench.networks.detach(other.id);
  }
});

test('one that hangs is ended and started anew', async () => {
  const pid = await nameServerPid();
  process.kill(pid, 'SIGSTOP');
  await waitUntil('each of its threads has stopped', () => isStopped(pid), 5_000);
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
