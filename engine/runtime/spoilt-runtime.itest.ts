// A runtime that is damaged, hangs, or is none at all: the start is refused, and nothing of it is left.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { isEngineError } from '../errors/index.ts';
import { newExecId } from '../lib/index.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { readLog } from './log/index.ts';
import { RuntimeFixture } from './testing/runtime-fixture.ts';

const run = promisify(execFile);

test('a runtime that hangs is given up after its time and leaves nothing', async () => {
  await using fixture = await RuntimeFixture.create();
  await fixture.hangRunc();
  const spec = fixture.spec({});
  await assert.rejects(
    fixture.runtime.start(spec),
    (error) => isEngineError(error, 'unavailable') && error.details.reason === 'runtime_timeout',
  );
  assert.deepEqual(await fixture.runtime.listKnown(), []);
  await untilNoProcess(spec.id);
});

/** A shim that has told why it could not start takes a moment to end. */
async function untilNoProcess(id: string): Promise<void> {
  await waitUntil('neither shim nor runtime is left', async () => {
    const { stdout } = await run('ps', ['-eo', 'args']);
    return !stdout.includes(id);
  });
}

/** What a runtime does that is damaged, or is none at all. */
const SPOILT: Record<string, string> = {
  'ends at once without a word': 'exit 0',
  'fails without a word': 'exit 1',
  'is killed': 'kill -9 $$',
  'writes garbage': 'head -c 100000 /dev/urandom >&2; head -c 100000 /dev/urandom; exit 3',
  'writes half a JSON line': 'printf \'{"level":"error","msg":"half\' >&2; exit 1',
  'leaves garbage as the pid':
    'for a in "$@"; do case $last in --pid-file) echo garbage >"$a" ;; esac; last=$a; done; exit 0',
};

/** Neither the pipe's room nor anybody's patience ends what these have to say. */
const TALKS: Record<string, string> = {
  'says more than a pipe holds': 'yes noise | head -c 200000 >&2; echo the last word >&2; exit 1',
  'never ends to talk': 'exec yes the last word >&2',
};

for (const [what, command] of Object.entries(TALKS)) {
  test(`a runtime that ${what} is told by its last words, not by its time`, async () => {
    await using fixture = await RuntimeFixture.create();
    await fixture.spoilRunc(command);
    const spec = fixture.spec({});
    await assert.rejects(fixture.runtime.start(spec), (error) => {
      assert.ok(isEngineError(error, 'unavailable'), String(error));
      assert.equal(error.details.reason, 'runtime_failed');
      assert.match(error.message, /OCI runtime create failed: .*the last word$/);
      return true;
    });
    assert.deepEqual(await fixture.runtime.listKnown(), []);
    await untilNoProcess(spec.id);
  });
}

for (const [what, command] of Object.entries(TALKS)) {
  test(`a runtime that ${what} at an exec is told by its last words, and the container runs on`, async () => {
    await using fixture = await RuntimeFixture.create();
    await fixture.spoilRunc(command, 'exec');
    const { id } = await fixture.runtime.start(fixture.spec({ args: ['sleep', '100'] }));
    const exec = {
      ...{ id: newExecId(), containerId: id, args: ['true'], env: [], cwd: '/' },
      ...{ user: { uid: 0, gid: 0, additionalGids: [] }, tty: false, openStdin: false, privileged: false },
    };
    await assert.rejects(fixture.runtime.exec(exec), (error) => {
      assert.ok(isEngineError(error, 'unavailable'), String(error));
      assert.equal(error.details.reason, 'runtime_failed');
      assert.match(error.message, /OCI runtime exec failed: .*the last word$/);
      return true;
    });
    assert.deepEqual(await fixture.runtime.listExecs(id), []);
    assert.ok((await fixture.runtime.stats(id)).pids > 0);
  });
}

test('an exec that writes more than a reader takes before its runtime has ended loses nothing', async () => {
  await using fixture = await RuntimeFixture.create();
  await fixture.spoilRunc(`${await fixture.realRunc()} "$@"; code=$?; sleep 1; exit $code`, 'exec');
  const { id } = await fixture.runtime.start(fixture.spec({ args: ['sleep', '100'] }));
  const count = 40_000;
  const exec = await fixture.runtime.exec({
    ...{ id: newExecId(), containerId: id, env: ['PATH=/bin'], cwd: '/' },
    args: ['sh', '-c', `i=0; while [ $i -lt ${count} ]; do echo line $i; i=$((i+1)); done >&2`],
    ...{ user: { uid: 0, gid: 0, additionalGids: [] }, tty: false, openStdin: false, privileged: false },
  });
  let bytes = 0;
  for await (const { data } of exec.stream.output) bytes += data.length;
  assert.equal((await exec.exited).exitCode, 0);
  assert.equal(bytes, Array.from({ length: count }, (_, i) => `line ${i}\n`).join('').length);
});

test('what a container writes before its runtime has ended is its output, all of it and in order', async () => {
  await using fixture = await RuntimeFixture.create();
  const real = await fixture.realRunc();
  await fixture.spoilRunc(`${real} "$@"; code=$?; sleep 1; exit $code`);
  const count = 40_000;
  const script = `i=0; while [ $i -lt ${count} ]; do echo line $i; i=$((i+1)); done >&2`;
  const spec = fixture.spec({ args: ['sh', '-c', script] });
  const task = await fixture.runtime.start(spec);
  assert.equal((await task.exited).exitCode, 0);
  const lines: string[] = [];
  for await (const batch of readLog(fixture.paths.containerLog(spec.id), {}))
    lines.push(...batch.map(({ stream, text }) => `${stream} ${text}`));
  assert.deepEqual(
    lines,
    Array.from({ length: count }, (_, i) => `stderr line ${i}`),
  );
  await fixture.runtime.cleanUp(spec.id);
});

for (const [what, command] of Object.entries(SPOILT)) {
  test(`a runtime that ${what}: the start is refused and leaves nothing`, async () => {
    await using fixture = await RuntimeFixture.create();
    await fixture.spoilRunc(command);
    const spec = fixture.spec({});
    await assert.rejects(fixture.runtime.start(spec), (error) => {
      assert.ok(isEngineError(error, 'unavailable'), String(error));
      assert.equal(error.details.reason, 'runtime_failed');
      assert.ok(error.message.length < 2_000, `${error.message.length} characters`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach a terminal
      assert.doesNotMatch(error.message, /[\x00-\x08\x0e-\x1f]/);
      return true;
    });
    assert.deepEqual(await fixture.runtime.listKnown(), []);
    await untilNoProcess(spec.id);
  });
}
