import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isEngineError } from '../errors/index.ts';
import { type ExecId, newContainerId, newExecId } from '../lib/index.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { AttachStream, ExecSpec, TaskSpec } from './runtime.ts';
import { RuntimeFixture } from './testing/runtime-fixture.ts';

const run = promisify(execFile);

async function collect(stream: AttachStream): Promise<{ stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' };
  for await (const chunk of stream.output) text[chunk.stream] += chunk.data.toString();
  return text;
}

async function logOf(fixture: RuntimeFixture, id: string): Promise<string[]> {
  return (await readFile(fixture.paths.containerLog(id), 'utf8')).split('\n').filter(Boolean);
}

function execSpec(containerId: TaskSpec['id'], change: Partial<ExecSpec>): ExecSpec {
  return {
    id: newExecId(),
    containerId,
    args: ['true'],
    env: ['PATH=/bin'],
    cwd: '/',
    user: { uid: 0, gid: 0, additionalGids: [] },
    tty: false,
    openStdin: false,
    privileged: false,
    ...change,
  };
}

test('exit codes arrive, the record is on disk, and cleaning up leaves nothing', async () => {
  await using fixture = await RuntimeFixture.create();
  for (const [script, exitCode] of [
    ['true', 0],
    ['false', 1],
    ['exit 3', 3],
    ["sh -c 'kill -9 $$'; exit $?", 137],
  ] as const) {
    const spec = fixture.spec({ args: ['sh', '-c', script] });
    const task = await fixture.runtime.start(spec);
    const exit = await task.exited;
    assert.equal(exit.exitCode, exitCode, script);
    assert.equal(exit.oomKilled, false);
    assert.ok(existsSync(fixture.paths.exitRecord(spec.id)));
    assert.deepEqual(await fixture.runtime.recover(spec.id, task), { exited: exit });
    await fixture.runtime.cleanUp(spec.id);
    await fixture.runtime.cleanUp(spec.id);
    assert.ok(!existsSync(fixture.paths.runContainer(spec.id)));
  }
  assert.deepEqual(await fixture.runtime.listKnown(), []);
});

test('a killed process reports its signal', async () => {
  await using fixture = await RuntimeFixture.create();
  const task = await fixture.runtime.start(fixture.spec({ args: ['sleep', '100'] }));
  assert.deepEqual(await fixture.runtime.listKnown(), [task.id]);
  assert.equal(await fixture.runtime.kill(task.id, 9), true);
  const exit = await task.exited;
  assert.equal(exit.exitCode, 137);
  assert.equal(exit.signal, 9);
  assert.equal(await fixture.runtime.kill(task.id, 9), false);
});

test('a command that is missing or not executable fails with 127 and 126 and leaves nothing', async () => {
  await using fixture = await RuntimeFixture.create();
  for (const [command, exitCode] of [
    ['nosuch', 127],
    ['/nosuch', 127],
    ['/bin', 126],
    ['/etc/hosts', 126],
  ] as const) {
    await assert.rejects(
      fixture.runtime.start(fixture.spec({ args: [command] })),
      (error) =>
        isEngineError(error, 'invalid_argument') &&
        error.details['exitCode'] === exitCode &&
        error.message.includes(`runc create failed: unable to start container process: exec: "${command}"`),
    );
  }
  assert.deepEqual(await fixture.runtime.listKnown(), []);
});

test('output before the first attach reaches the early client, and the log has every line', async () => {
  await using fixture = await RuntimeFixture.create();
  const spec = fixture.spec({ args: ['sh', '-c', 'echo one; echo two >&2; printf three'] });
  const task = await fixture.runtime.start(spec, { attachEarly: true });
  assert.ok(task.early);
  assert.deepEqual(await collect(task.early), { stdout: 'one\nthree', stderr: 'two\n' });
  assert.equal((await task.early.exited)?.exitCode, 0);
  await task.exited;
  const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /;
  const lines = await logOf(fixture, spec.id);
  for (const line of lines) assert.match(line, stamp);
  assert.deepEqual(lines.map((line) => line.replace(stamp, '')).sort(), [
    'stderr F two',
    'stdout F one',
    'stdout P three',
  ]);
});

test('a terminal has its size before the first byte and takes another', async () => {
  await using fixture = await RuntimeFixture.create();
  const spec = fixture.spec({
    args: ['sh', '-c', 'stty size; read line; stty size; echo "got $line"'],
    tty: true,
    openStdin: true,
    consoleSize: { rows: 33, columns: 111 },
  });
  const task = await fixture.runtime.start(spec, { attachEarly: true });
  assert.ok(task.early);
  const { early } = task;
  let text = '';
  for await (const chunk of early.output) {
    text += chunk.data.toString();
    // The line is typed once the first size is shown: typed earlier, its echo could come before it.
    if (text === '33 111\r\n') {
      early.resize(20, 50);
      await early.writeStdin(Buffer.from('hello\n'));
    }
  }
  assert.equal(text, '33 111\r\nhello\r\n20 50\r\ngot hello\r\n');
});

test('a terminal that nobody resizes shows the size it was started with', async () => {
  await using fixture = await RuntimeFixture.create();
  const consoleSize = { rows: 33, columns: 111 };
  const task = await fixture.runtime.start(fixture.spec({ args: ['stty', 'size'], tty: true, consoleSize }), {
    attachEarly: true,
  });
  assert.ok(task.early);
  assert.equal((await collect(task.early)).stdout, '33 111\r\n');
});

test('stdin goes round through a slow reader without loss', async () => {
  await using fixture = await RuntimeFixture.create();
  const spec = fixture.spec({ args: ['sh', '-c', 'sleep 0.3; cat'], openStdin: true, stdinOnce: true, log: 'none' });
  const task = await fixture.runtime.start(spec, { attachEarly: true });
  assert.ok(task.early);
  const sent = Buffer.alloc(3_000_000, 'abcdefghij\n');
  const output = collect(task.early);
  await task.early.writeStdin(sent);
  task.early.closeStdin();
  const { stdout } = await output;
  assert.equal(stdout.length, sent.length);
  assert.ok(Buffer.from(stdout).equals(sent));
  assert.equal((await task.exited).exitCode, 0);
});

test('output that nobody has read yet survives an end of input that comes too late', async () => {
  await using fixture = await RuntimeFixture.create();
  const script = 'read word; sleep 0.1; echo "got $word"; exit 3';
  const spec = fixture.spec({ args: ['sh', '-c', script], openStdin: true, stdinOnce: true, log: 'none' });
  const task = await fixture.runtime.start(spec, { attachEarly: true });
  assert.ok(task.early);
  const output = collect(task.early);
  await task.early.writeStdin(Buffer.from('hello\n'));
  // This process reads nothing until the shim has said its last word: so does a loaded server.
  const folder = fixture.paths.runContainer(spec.id);
  const clock = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(join(folder, 'exit')) || existsSync(join(folder, 'shim'))) Atomics.wait(clock, 0, 0, 5);
  Atomics.wait(clock, 0, 0, 100);
  task.early.closeStdin();
  assert.deepEqual(await output, { stdout: 'got hello\n', stderr: '' });
  assert.equal((await task.exited).exitCode, 3);
});

test('logs rotate by size and keep the newest', async () => {
  await using fixture = await RuntimeFixture.create();
  const script = 'i=0; while [ $i -lt 4000 ]; do echo "line $i"; i=$((i+1)); done';
  const spec = fixture.spec({ args: ['sh', '-c', script], log: { maxBytes: 40_000, maxFiles: 3 } });
  await (await fixture.runtime.start(spec)).exited;
  const folder = fixture.paths.container(spec.id);
  const names = (await readdir(folder)).filter((name) => name.startsWith('container.log')).sort();
  assert.deepEqual(names, ['container.log', 'container.log.1', 'container.log.2']);
  const all: string[] = [];
  for (const name of names.reverse()) {
    const written = await readFile(join(folder, name), 'utf8');
    assert.ok(written.length <= 40_000 + 100, `${name} has ${written.length} bytes: more than a line too many`);
    all.push(...written.split('\n'));
  }
  const numbers = all.filter(Boolean).map((line) => Number(/line (\d+)$/.exec(line)?.[1]));
  assert.equal(numbers.at(-1), 3999);
  assert.deepEqual(
    numbers,
    numbers.map((_, at) => (numbers[0] ?? 0) + at),
    'no line is lost or torn in between',
  );
});

test('a container survives kill -9 of the server that started it', async () => {
  await using fixture = await RuntimeFixture.create();
  const spec = fixture.spec({ args: ['sh', '-c', 'sleep 1; echo after; exit 7'] });
  const server = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'start-and-wait.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  server.stdin.end(JSON.stringify({ ...fixture.settings, spec }));
  const [line] = (await server.stdout[Symbol.asyncIterator]().next()).value.toString().split('\n');
  const { pid, pidStartTicks } = JSON.parse(line);
  server.kill('SIGKILL');
  const recovered = await fixture.runtime.recover(spec.id, {
    pid,
    pidStartTicks: BigInt(pidStartTicks),
    startedAt: new Date(),
  });
  assert.ok(recovered !== undefined && 'running' in recovered);
  assert.equal(recovered.running.pid, pid);
  const stream = await fixture.runtime.attach(spec.id);
  assert.equal((await collect(stream)).stdout, 'after\n');
  assert.equal((await recovered.running.exited).exitCode, 7);
  assert.match((await logOf(fixture, spec.id)).at(-1) ?? '', / stdout F after$/);
});

test('a lost shim ends the container with 255', async () => {
  await using fixture = await RuntimeFixture.create();
  const spec = fixture.spec({ args: ['sleep', '100'] });
  const task = await fixture.runtime.start(spec);
  process.kill(await fixture.shimPid(spec.id), 'SIGKILL');
  assert.equal((await task.exited).exitCode, 255);
  assert.ok(!existsSync(`/proc/${task.pid}/exe`));
  const again = await fixture.runtime.recover(spec.id, task);
  assert.ok(again !== undefined && 'exited' in again);
  assert.equal(again.exited.exitCode, 255);
});

test('an orphan found after a restart is ended with 255', async () => {
  await using fixture = await RuntimeFixture.create();
  const spec = fixture.spec({ args: ['sleep', '100'] });
  const task = await fixture.runtime.start(spec);
  const pid = await fixture.shimPid(spec.id);
  await fixture.restart();
  process.kill(pid, 'SIGKILL');
  const found = await fixture.runtime.recover(spec.id, task);
  assert.ok(found !== undefined && 'exited' in found);
  assert.equal(found.exited.exitCode, 255);
  assert.ok(!existsSync(`/proc/${task.pid}/exe`));
  assert.equal(await fixture.runtime.recover(newContainerId(), { ...task, pid: 0 }), undefined);
});

test('exec has its own exit code, output and errors', async () => {
  await using fixture = await RuntimeFixture.create();
  const { id } = await fixture.runtime.start(fixture.spec({ args: ['sleep', '100'] }));
  const exec = await fixture.runtime.exec(execSpec(id, { args: ['sh', '-c', 'echo out; echo err >&2; exit 5'] }));
  assert.deepEqual(await collect(exec.stream), { stdout: 'out\n', stderr: 'err\n' });
  assert.equal((await exec.exited).exitCode, 5);
  for (const [command, exitCode] of [
    ['nosuch', 127],
    ['/bin', 126],
  ] as const)
    await assert.rejects(
      fixture.runtime.exec(execSpec(id, { args: [command] })),
      (error) =>
        isEngineError(error, 'invalid_argument') &&
        error.details['exitCode'] === exitCode &&
        error.message.startsWith('OCI runtime exec failed: exec failed: unable to start container process: exec:'),
    );
  // Unlike runc, crun does not wait with the program until the terminal has its size.
  const args = ['sh', '-c', 'until stty size 2>/dev/null; do sleep 0.01; done'];
  const terminal = await fixture.runtime.exec(execSpec(id, { args, tty: true, consoleSize: { rows: 7, columns: 9 } }));
  assert.equal((await collect(terminal.stream)).stdout, '7 9\r\n');
});

test('an exec session is found again after a restart', async () => {
  await using fixture = await RuntimeFixture.create();
  const { id } = await fixture.runtime.start(fixture.spec({ args: ['sleep', '100'] }));
  const known = execSpec(id, { args: ['sh', '-c', 'read x; echo "got $x"; exit 4'], openStdin: true });
  await fixture.runtime.exec(known);
  await fixture.restart();
  const exec = await fixture.runtime.recoverExec(id, known.id);
  assert.ok(exec);
  await exec.stream.writeStdin(Buffer.from('it\n'));
  assert.equal((await collect(exec.stream)).stdout, 'got it\n');
  assert.equal((await exec.exited).exitCode, 4);
  assert.equal(await fixture.runtime.recoverExec(id, known.id), undefined);
});

test('an id of no exec session finds nothing and removes nothing, also one that is a path', async () => {
  await using fixture = await RuntimeFixture.create();
  const { id } = await fixture.runtime.start(fixture.spec({ args: ['sleep', '100'] }));
  const precious = await mkdtemp(join(tmpdir(), 'davit-precious-'));
  try {
    const folder = join(fixture.paths.runContainer(id), 'exec');
    for (const text of [relative(folder, precious), `../${id}`, '..', '.', newExecId()]) {
      assert.equal(await fixture.runtime.recoverExec(id, text as ExecId), undefined);
    }
    assert.ok((await stat(precious)).isDirectory());
    assert.ok((await stat(fixture.paths.runContainer(id))).isDirectory());
  } finally {
    await rm(precious, { recursive: true, force: true });
  }
});

test('a terminal that was typed into goes on without the server', async () => {
  await using fixture = await RuntimeFixture.create();
  const { id } = await fixture.runtime.start(fixture.spec({ args: ['sleep', '100'] }));
  const known = execSpec(id, { args: ['cat'], tty: true, openStdin: true });
  const first = await fixture.runtime.exec(known);
  await first.stream.writeStdin(Buffer.from('before\n'));
  // The terminal's echo and the program's answer, or the second could come among what follows.
  let seen = '';
  for await (const { data } of first.stream.output) {
    seen += data.toString();
    if (seen === 'before\r\nbefore\r\n') break;
  }
  first.stream.close();
  await fixture.restart();
  const exec = await fixture.runtime.recoverExec(id, known.id);
  assert.ok(exec);
  await exec.stream.writeStdin(Buffer.from('after\n\u0004'));
  assert.match((await collect(exec.stream)).stdout, /after\r\nafter\r\n$/);
  assert.equal((await exec.exited).exitCode, 0);
});

test('a memory limit is seen, enforced and reported', async () => {
  await using fixture = await RuntimeFixture.create();
  const spec = fixture.spec({
    args: ['sh', '-c', 'sleep 0.2; tail -c 200m /dev/zero'],
    resources: { memoryBytes: 24 * 2 ** 20, memorySwapBytes: 24 * 2 ** 20, pidsLimit: 50 },
  });
  const task = await fixture.runtime.start(spec);
  const stats = await fixture.runtime.stats(spec.id);
  assert.equal(stats.memoryLimitBytes, 24 * 2 ** 20);
  assert.ok(stats.systemCpuNs > 0 && stats.onlineCpus > 0 && stats.pids > 0 && stats.memoryBytes > 0);
  const exit = await task.exited;
  assert.equal(exit.oomKilled, true);
  assert.equal(exit.exitCode, 137);
});

test('pause stops exec, kill ends a paused container, update changes the limit', { timeout: 60_000 }, async () => {
  await using fixture = await RuntimeFixture.create();
  const task = await fixture.runtime.start(fixture.spec({ args: ['sleep', '100'] }));
  await fixture.runtime.update(task.id, { memoryBytes: 50 * 2 ** 20 });
  assert.equal((await fixture.runtime.stats(task.id)).memoryLimitBytes, 50 * 2 ** 20);
  let [first] = await fixture.runtime.processes(task.id);
  // The runtime has returned when its own process is about to become the program.
  while (first?.command !== 'sleep 100') [first] = await fixture.runtime.processes(task.id);
  assert.equal(first?.pid, task.pid);
  await fixture.runtime.pause(task.id);
  await assert.rejects(fixture.runtime.exec(execSpec(task.id, {})), (error) => isEngineError(error, 'conflict'));
  await fixture.runtime.unpause(task.id);
  await fixture.runtime.pause(task.id);
  await fixture.runtime.kill(task.id, 9);
  assert.equal((await task.exited).exitCode, 137);
});

test('--init reaps orphans and passes signals on', async () => {
  await using fixture = await RuntimeFixture.create();
  const script = 'trap "exit 9" TERM; (sleep 0.1 & ) ; echo ready; while :; do sleep 0.1; done';
  const task = await fixture.runtime.start(fixture.spec({ args: ['sh', '-c', script], init: true }), {
    attachEarly: true,
  });
  assert.ok(task.early);
  await task.early.output[Symbol.asyncIterator]().next();
  await fixture.runtime.kill(task.id, 15);
  assert.equal((await task.exited).exitCode, 9);
});

test('cleaning up ends a running container with everything it started', async () => {
  await using fixture = await RuntimeFixture.create();
  const task = await fixture.runtime.start(fixture.spec({ args: ['sh', '-c', 'sleep 100 & sleep 100'] }));
  await fixture.runtime.exec(execSpec(task.id, { args: ['sleep', '100'] }));
  await sleep(50);
  await fixture.runtime.cleanUp(task.id);
  assert.deepEqual(await fixture.runtime.listKnown(), []);
  assert.ok(!existsSync(`/proc/${task.pid}/exe`));
  // What was killed may not have been collected yet.
  await waitUntil('no shim is left', async () => {
    const { stdout } = await run('ps', ['-eo', 'args']);
    return !stdout.includes(task.id);
  });
});

test('check names the versions', async () => {
  await using fixture = await RuntimeFixture.create();
  const found = await fixture.runtime.check();
  assert.equal(found.ok, true);
  assert.match(found.runtime?.version ?? '', /^\d+\.\d+/);
  assert.equal(found.runtime?.why, 'asked');
});
