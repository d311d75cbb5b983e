import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { EngineError } from '../errors/index.ts';
import type { Engine } from '../system/engine.ts';
import { busyboxEngine } from '../testing/busybox-engine.ts';
import { containerConfig } from '../testing/container-config.ts';
import { shimPid } from '../testing/lose-host.ts';
import { createTestEngine, dropTestEngine, type TestEnginePlace } from '../testing/test-engine.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { ContainerConfig } from './index.ts';

let place: TestEnginePlace;
let engine: Engine;

before(async () => {
  ({ engine, place } = await busyboxEngine());
});

after(() => dropTestEngine(engine, place));

async function make(name: string, change: Partial<ContainerConfig>): Promise<string> {
  const config = containerConfig({ image: 'busybox:test', network: 'none', ...change });
  return (await engine.containers.create(config, { name })).id;
}

async function endOf(name: string) {
  const { state } = await engine.containers.inspect(name);
  assert.ok(state.status === 'exited', `${name} is ${state.status}`);
  return state;
}

function timesOf(name: string, action: string): Date[] {
  return engine.events
    .history()
    .filter((event) => event.name === name && event.action === action)
    .map(({ at }) => at);
}

test('a kill while a restart waits for the end does not remove what goes with its end: it is started again', {
  timeout: 60_000,
}, async () => {
  const command = ['sh', '-c', 'trap "" TERM; while :; do sleep 0.1; done'];
  const id = await make('passing', { command, autoRemove: true });
  await engine.containers.start('passing');
  const began = timesOf('passing', 'kill').length;
  const restarted = engine.containers.restart('passing', { timeoutSeconds: 50 });
  await waitUntil('it was asked to end', () => timesOf('passing', 'kill').length > began);
  await engine.containers.kill('passing');
  await restarted;
  const { id: now, state } = await engine.containers.inspect('passing');
  assert.deepEqual([now, state.status], [id, 'running']);
  // Afterwards it goes with its end, as ever.
  await engine.containers.kill('passing');
  await assert.rejects(engine.containers.inspect('passing'), { code: 'not_found' });
});

test('on-failure restarts as often as it says, each time after twice the pause', { timeout: 60_000 }, async () => {
  await make('failing', { command: ['sh', '-c', 'exit 3'], restart: { name: 'on-failure', maxRetries: 3 } });
  await engine.containers.start('failing');
  await waitUntil('it gives up', () => timesOf('failing', 'die').length === 4);
  assert.equal((await endOf('failing')).exitCode, 3);
  assert.equal((await engine.containers.inspect('failing')).restartCount, 3);
  const starts = timesOf('failing', 'start');
  const ends = timesOf('failing', 'die');
  assert.deepEqual([starts.length, ends.length], [4, 4]);
  for (const [at, least] of [100, 200, 400].entries()) {
    const pause = Number(starts[at + 1]) - Number(ends[at]);
    // Events are told after the end was saved, which the pause counts from; a timer may be a millisecond early.
    assert.ok(pause >= least - 60, `pause ${at + 1} was ${pause} ms`);
  }
  await engine.containers.remove('failing');
});

for (const policy of ['always', 'unless-stopped'] as const) {
  test(`${policy} starts again after every end, and not after a stop by hand`, { timeout: 60_000 }, async () => {
    await make(policy, { command: ['true'], restart: { name: policy, maxRetries: 0 } });
    await engine.containers.start(policy);
    await waitUntil('three starts', () => timesOf(policy, 'start').length >= 3);
    const { state } = await engine.containers.inspect(policy);
    const remembered = 'restartedAt' in state ? (state.restartedAt ?? []) : [];
    assert.ok(remembered.length >= 2, `${remembered.length} restarts are remembered`);
    await engine.containers.stop(policy, { timeoutSeconds: 1 });
    assert.ok(!('restartedAt' in (await engine.containers.inspect(policy)).state));
    const starts = timesOf(policy, 'start').length;
    assert.equal((await engine.containers.inspect(policy)).state.status, 'exited');
    // The next start would have been due within the longest pause so far, which is under a second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.equal(timesOf(policy, 'start').length, starts);
    await engine.containers.remove(policy);
  });
}

test('a process over its memory limit is told as such', { timeout: 60_000 }, async () => {
  const limitBytes = 16 * 2 ** 20;
  const command = ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=128M', 'count=1'];
  await make('greedy', { command, resources: { memoryBytes: limitBytes } });
  await engine.containers.start('greedy');
  assert.deepEqual(await engine.containers.wait('greedy'), { exitCode: 137 });
  assert.equal((await endOf('greedy')).oomKilled, true);
  assert.deepEqual((await engine.containers.inspect('greedy')).stopReason, { kind: 'oom', limitBytes, exitCode: 137 });
  assert.equal(timesOf('greedy', 'oom').length, 1);
  await engine.containers.remove('greedy');
});

test('exit codes are those of Docker', { timeout: 60_000 }, async () => {
  const cases = [
    { name: 'sigkill', unixSignal: 'SIGKILL', init: false, exitCode: 137 },
    { name: 'sigterm', unixSignal: 'SIGTERM', init: true, exitCode: 143 },
    { name: 'sigsegv', unixSignal: 'SIGSEGV', init: true, exitCode: 139 },
  ];
  for (const { name, unixSignal, init, exitCode } of cases) {
    await make(name, { command: ['sleep', '600'], init });
    await engine.containers.start(name);
    const ended = engine.containers.wait(name);
    // The program must be there before it can die of the signal.
    await waitUntil('it sleeps', async () => {
      const processes = await engine.containers.processes(name);
      return processes.some(({ command }) => command.startsWith('sleep'));
    });
    await engine.containers.kill(name, { unixSignal });
    assert.deepEqual(await ended, { exitCode }, name);
    await engine.containers.remove(name);
  }
});

test('failures say what Docker says and leave a container that can be removed', { timeout: 60_000 }, async () => {
  await using listener = createServer().listen(0, '0.0.0.0');
  await once(listener, 'listening');
  const address = listener.address();
  const taken = typeof address === 'object' && address !== null ? address.port : 0;
  const port = (hostPort: number) => [{ protocol: 'tcp' as const, containerPort: 80, hostAddress: '', hostPort }];
  const free = 28_000 + (process.pid % 1000);
  await make('holder', { command: ['sleep', '600'], network: 'bridge', ports: port(free) });
  await engine.containers.start('holder');

  const cases: [string, Partial<ContainerConfig>, RegExp, number | undefined][] = [
    ['port', { network: 'bridge', ports: port(free) }, portTaken(free), 128],
    ['host-port', { network: 'bridge', ports: port(taken) }, addressInUse(taken), 128],
    ['binary', { command: ['nosuch'] }, /exec: "nosuch": executable file not found in \$PATH/, 127],
    ['folder', { command: ['/etc'] }, /exec: "\/etc": is a directory|exec: "\/etc": permission denied/, 126],
    ['user', { user: 'nosuch' }, /unable to find user nosuch: no matching entries in passwd file/, 128],
    ['group', { user: 'root:nosuch' }, /unable to find group nosuch: no matching entries in group file/, 128],
    ['network', { network: 'nosuch' }, /network nosuch not found/, 128],
  ];
  for (const [name, change, words, exitCode] of cases) {
    await make(name, { command: ['true'], ...change });
    await assert.rejects(engine.containers.start(name), words, name);
    const { state, stopReason } = await engine.containers.inspect(name);
    assert.equal(state.status, 'created', name);
    assert.equal(stopReason?.kind === 'start_failed' && stopReason.exitCode, exitCode, name);
    assert.deepEqual(await engine.verify(), [], name);
    await engine.containers.remove(name);
  }

  const refused: [string, Partial<ContainerConfig>, RegExp][] = [
    [
      'holder',
      {},
      /^Conflict\. The container name "\/holder" is already in use by container "[0-9a-f]{64}"\. You have to remove \(or rename\) that container to be able to reuse that name\.$/,
    ],
    ['image', { image: 'nosuch' }, /^No such image: nosuch:latest$/],
    [
      'bind',
      { mounts: [{ type: 'bind', source: '/nosuch/path', target: '/mnt', readOnly: false }] },
      /^invalid mount config for type "bind": bind source path does not exist: \/nosuch\/path$/,
    ],
  ];
  for (const [name, change, words] of refused) {
    await assert.rejects(
      make(name, change),
      (error) => error instanceof EngineError && words.test(error.message),
      name,
    );
  }
  await engine.containers.remove('holder', { force: true });
  assert.deepEqual(await engine.containers.list({ all: true }), []);
});

function portTaken(port: number): RegExp {
  return new RegExp(
    `failed to set up container networking: driver failed programming external connectivity on endpoint .*: Bind for 0\\.0\\.0\\.0:${port} failed: port is already allocated`,
  );
}

/** A program of the host listens there: as Docker 28 says it. */
function addressInUse(port: number): RegExp {
  return new RegExp(`failed to bind host port for 0\\.0\\.0\\.0:${port}:\\S+:80/tcp: address already in use$`);
}

test('a lost shim ends its container with a reason, and it can be started again', { timeout: 60_000 }, async () => {
  const id = await make('orphan', { command: ['sleep', '600'], network: 'bridge' });
  await engine.containers.start('orphan');
  const ended = engine.containers.wait('orphan');
  process.kill(await shimPid(place, id), 'SIGKILL');
  const { exitCode, error } = await ended;
  assert.equal(exitCode, 255);
  assert.match(error ?? '', /^The process was lost: /);
  assert.deepEqual((await engine.containers.inspect('orphan')).stopReason, { kind: 'lost', exitCode: 255 });
  assert.deepEqual(await engine.verify(), []);
  await engine.containers.start('orphan');
  await engine.containers.remove('orphan', { force: true });
  assert.deepEqual(await engine.verify(), []);
});

test('fifty starts, stops and removals at once have one effect each', { timeout: 120_000 }, async () => {
  await make('storm', { command: ['sleep', '600'], network: 'bridge' });
  const fifty = <T>(work: () => Promise<T>) => Promise.allSettled(Array.from({ length: 50 }, work));
  const starts = await fifty(() => engine.containers.start('storm'));
  const told = starts.map((start) => start.status === 'fulfilled' && start.value.started);
  assert.equal(told.filter(Boolean).length, 1);
  assert.equal(starts.filter(({ status }) => status === 'rejected').length, 0);
  const stops = await fifty(() => engine.containers.stop('storm', { timeoutSeconds: 0 }));
  assert.equal(stops.filter(({ status }) => status === 'rejected').length, 0);
  assert.deepEqual([timesOf('storm', 'start').length, timesOf('storm', 'die').length], [1, 1]);

  const mixed = await Promise.allSettled(
    Array.from({ length: 50 }, (_, at) => {
      if (at % 3 === 0) return engine.containers.start('storm');
      if (at % 3 === 1) return engine.containers.stop('storm', { timeoutSeconds: 0 });
      return engine.containers.restart('storm', { timeoutSeconds: 0 });
    }),
  );
  assertClean(mixed);
  assert.equal(timesOf('storm', 'start').length - timesOf('storm', 'die').length <= 1, true);

  const removals = await fifty(() => engine.containers.remove('storm', { force: true }));
  assert.ok(removals.some(({ status }) => status === 'fulfilled'));
  assertClean(removals);
  assert.equal(timesOf('storm', 'destroy').length, 1);
  assert.deepEqual(await engine.verify(), []);
});

function assertClean(results: readonly PromiseSettledResult<unknown>[]): void {
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    assert.ok(result.reason instanceof EngineError, String(result.reason));
    assert.ok(
      ['conflict', 'not_found'].includes(result.reason.code),
      `${result.reason.code}: ${result.reason.message}`,
    );
  }
}

test('clients that never read neither slow a container down nor fill the memory', { timeout: 120_000 }, async (t) => {
  const megabytes = 100;
  const command = ['sh', '-c', `head -c ${megabytes * 2 ** 20} /dev/zero | tr '\\0' 'x' | fold -w 999`];
  const quiet = await measure('quiet', async () => []);
  const stalled = await measure('stalled', async () => {
    const clients: AsyncDisposable[] = [];
    for (let at = 0; at < 5; at++) clients.push(await engine.containers.attach('stalled'));
    for (let at = 0; at < 5; at++) {
      const stop = new AbortController();
      const lines = await engine.containers.logs('stalled', { follow: true, signal: stop.signal });
      const reader = lines[Symbol.asyncIterator]();
      // It takes one batch and never comes back for the next.
      const first = reader.next().catch(() => undefined);
      clients.push({
        [Symbol.asyncDispose]: async () => {
          stop.abort();
          await first;
          await reader.return?.();
        },
      });
    }
    return clients;
  });
  const figures = [quiet, stalled].map(({ ms, grownBytes }) => `${Math.round(ms)} ms, ${grownBytes >> 20} MiB`);
  t.diagnostic(`${megabytes} MiB of output without and with stalled clients: ${figures.join('; ')}`);
  assert.ok(stalled.ms < quiet.ms * 3 + 2_000, `${stalled.ms} ms with stalled clients, ${quiet.ms} ms without`);
  assert.ok(stalled.grownBytes < 48 * 2 ** 20, `${stalled.grownBytes} bytes`);

  async function measure(name: string, join: () => Promise<AsyncDisposable[]>) {
    const gate = ['sh', '-c', `read go; exec ${command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')}`];
    await make(name, { command: gate, openStdin: true });
    await engine.containers.start(name);
    await using clients = new AsyncDisposableStack();
    for (const client of await join()) clients.use(client);
    const ended = engine.containers.wait(name);
    const rss = process.memoryUsage.rss();
    const startedAt = performance.now();
    {
      await using stdin = await engine.containers.attach(name);
      await stdin.writeStdin(Buffer.from('go\n'));
    }
    let most = rss;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 20);
    const { exitCode } = await ended;
    clearInterval(timer);
    assert.equal(exitCode, 0);
    const ms = performance.now() - startedAt;
    await clients.disposeAsync();
    await engine.containers.remove(name);
    return { ms, grownBytes: most - rss };
  }
});

test('an exec session whose client does not read waits for it and loses nothing', { timeout: 60_000 }, async () => {
  const megabytes = 50;
  await make('slow-reader', { command: ['sleep', '600'] });
  await engine.containers.start('slow-reader');
  const args = ['head', '-c', String(megabytes * 2 ** 20), '/dev/zero'];
  const { id } = await engine.containers.createExec('slow-reader', { args, tty: false, openStdin: false });
  const rss = process.memoryUsage.rss();
  await using stream = await engine.containers.startExec(id);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const grownBytes = process.memoryUsage.rss() - rss;
  assert.ok(grownBytes < 24 * 2 ** 20, `${grownBytes} bytes`);
  assert.equal((await engine.containers.inspectExec(id)).running, true, 'it waits for its reader');
  let bytes = 0;
  for await (const { data } of stream.output) bytes += data.length;
  assert.equal(bytes, megabytes * 2 ** 20);
  await engine.containers.remove('slow-reader', { force: true });
});

test('an exec session is known with its command after a restart of the server', { timeout: 60_000 }, async () => {
  await make('host', { command: ['sleep', '600'] });
  await engine.containers.start('host');
  const args = ['sh', '-c', 'echo before; read line; yes $line | head -c 3000000; echo end; sleep 600'];
  const { id } = await engine.containers.createExec('host', { args, tty: true, openStdin: true });
  const before = await engine.containers.startExec(id);
  for await (const { data } of before.output) if (data.includes('before')) break;
  before.close();
  await engine[Symbol.asyncDispose]();
  engine = await createTestEngine(place);
  await engine.start();
  const found = await engine.containers.inspectExec(id);
  assert.deepEqual([found.args, found.tty, found.running], [args, true, true]);
  // What it wrote before comes first, and however much it writes now, it is slowed by its reader alone.
  await using after = await engine.containers.startExec(id);
  assert.equal(after.replayBytes, 'before\r\n'.length);
  await after.writeStdin(Buffer.from('more\n'));
  const pieces: Buffer[] = [];
  for await (const { data } of after.output) {
    pieces.push(data);
    if (data.includes('end')) break;
  }
  assert.match(Buffer.concat(pieces).toString(), /^before\r\nmore\r\nmore\r\n/);
  await engine.containers.endExec(id);
  await waitUntil('the session ends', async () => !(await engine.containers.inspectExec(id)).running);
  await engine.containers.remove('host', { force: true });
});
