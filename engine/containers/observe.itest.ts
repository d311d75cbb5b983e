import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { realContainers } from '../testing/real-containers.ts';

let real: Awaited<ReturnType<typeof realContainers>>;
before(async () => {
  real = await realContainers();
});
after(() => real[Symbol.asyncDispose]());

/** Runs a line that says when it is ready, and waits for that. */
async function started(line: string, change: Parameters<typeof real.create>[0] = {}): Promise<string> {
  const id = await real.create({ command: ['sh', '-c', line], ...change });
  await using stream = await real.service.attach(id);
  await real.service.start(id);
  await stream.output[Symbol.asyncIterator]().next();
  return id;
}

test('a sample has what the kernel counted', { timeout: 60_000 }, async () => {
  const busy = 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done';
  const work = `dd if=/dev/zero of=/dev/shm/x bs=1M count=20 2>/dev/null; ${busy}; echo ready; exec sleep 600`;
  const id = await started(work, { resources: { memoryBytes: 2 ** 26, pidsLimit: 50 } });
  const sample = await real.service.stats(id, { detail: true });
  const { detail } = sample;
  assert.ok(detail);
  assert.equal(sample.memoryLimitBytes, 2 ** 26);
  assert.ok(sample.workingSetBytes >= 20 * 2 ** 20 && sample.memoryBytes <= 2 ** 26, JSON.stringify(sample));
  assert.equal(sample.pids, 1);
  assert.equal(detail.pidsLimit, 50);
  assert.ok(sample.cpuNs > 1e7 && sample.systemCpuNs > sample.cpuNs);
  // Ticks of 10 ms against nanoseconds.
  assert.ok(Math.abs(detail.cpuUserNs + detail.cpuKernelNs - sample.cpuNs) < sample.cpuNs * 0.5 + 5e7);
  assert.ok((detail.perCpuNs ?? [sample.cpuNs]).reduce((sum, one) => sum + one, 0) >= sample.cpuNs * 0.9);
  assert.ok((detail.memoryMaxBytes ?? 2 ** 26) >= 20 * 2 ** 20);
  assert.ok((detail.memoryStats['total_cache'] ?? detail.memoryStats['file'] ?? 0) >= 20 * 2 ** 20);
  assert.deepEqual(Object.keys(sample.networks), ['eth0']);
  assert.equal((await real.service.stats(id)).detail, undefined);
  await real.service.remove(id, { force: true });
});

test('top shows the processes as ps on the host does', { timeout: 60_000 }, async () => {
  const id = await started('sleep 601 & echo ready; exec sleep 600', { user: 'web' });
  let full = await real.service.top(id);
  // Both are still the shell for a moment.
  while (full.processes.some((row) => row.at(-1)?.startsWith('sh '))) {
    await sleep(10);
    full = await real.service.top(id);
  }
  assert.deepEqual(full.titles, ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD']);
  assert.deepEqual(full.processes.map((row) => row.at(-1)).sort(), ['sleep 600', 'sleep 601']);
  const own = await real.service.top(id, '-o pid,ppid,uid,tty,args');
  const [first, second] = own.processes;
  assert.equal(second?.[1], first?.[0], 'the one is the child of the other');
  assert.equal(first?.[2], '1000');
  await assert.rejects(real.service.top(id, '-o environ'), { code: 'invalid_argument' });
  await real.service.kill(id);
  await assert.rejects(real.service.top(id), { code: 'conflict', message: /is not running/ });
  await real.service.remove(id);
});

test('a child killed for memory is told while the container goes on, and not again at its end', {
  timeout: 60_000,
}, async () => {
  const stop = new AbortController();
  const stream = real.deps.events.stream({ filters: { event: ['oom', 'die'] } }, stop.signal);
  const eat = 'dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null; echo gone; exec sleep 600';
  const memory = { memoryBytes: 16 * 2 ** 20, memorySwapBytes: 16 * 2 ** 20 };
  const id = await started(eat, { resources: memory });
  const events = stream[Symbol.asyncIterator]();
  assert.equal((await events.next()).value?.action, 'oom');
  assert.equal((await real.service.inspect(id)).state.status, 'running');
  await real.service.kill(id);
  assert.equal((await events.next()).value?.action, 'die');
  stop.abort();
  await real.service.remove(id);
});

test('events tell everything in the order of Docker', { timeout: 60_000 }, async () => {
  const stop = new AbortController();
  const stream = real.deps.events.stream({ filters: { type: ['container'] } }, stop.signal);
  const told: string[] = [];
  const reading = (async () => {
    for await (const { action, attributes } of stream) {
      const { exitCode, execDuration, signal, oldName, height } = attributes;
      const about = [exitCode, /^\d+$/.test(execDuration ?? '') ? 'ran' : undefined, signal, oldName, height].filter(
        (one) => one !== undefined,
      );
      told.push([action, ...about].join(' '));
    }
  })();
  const oom = { memoryBytes: 16 * 2 ** 20, memorySwapBytes: 16 * 2 ** 20 };
  await real.run({ command: ['sh', '-c', 'exec dd if=/dev/zero of=/dev/null bs=64M count=1'], resources: oom });
  const id = await real.create({ command: ['sleep', '600'], tty: true }, 'one');
  await real.service.start(id);
  await real.service.resize(id, 30, 100);
  await real.service.rename(id, 'two');
  await real.service.update(id, { resources: { pidsLimit: 9 } });
  await real.service.top(id);
  const exec = await real.service.createExec(id, { args: ['sh', '-c', 'exit 4'], tty: false, openStdin: false });
  await using output = await real.service.startExec(exec.id);
  for await (const _chunk of output.output);
  // Told by the session's own monitor, which may hear of the end a moment after this client.
  while (!told.includes('exec_die 4')) await sleep(10);
  await real.service.tellDetached(id, exec.id);
  await real.service.tellDetached(id);
  await real.service.pause(id);
  await real.service.unpause(id);
  await real.service.stop(id, { timeoutSeconds: 0 });
  await real.service.remove(id);
  stop.abort();
  await reading;
  assert.deepEqual(told, [
    ...['create', 'attach', 'start', 'oom', 'die 137 ran', 'destroy'],
    ...['create', 'start', 'resize 30', 'rename /one', 'update', 'top'],
    ...['exec_create: sh -c exit 4', 'exec_start: sh -c exit 4', 'exec_die 4', 'exec_detach', 'detach'],
    ...['pause', 'unpause', 'kill 15', 'kill 9', 'die 137 ran', 'stop', 'destroy'],
  ]);
});
