// A runtime that is damaged, hangs, or is none at all: the start is refused, and nothing of it is left.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { isEngineError } from '../errors/index.ts';
import { waitUntil } from '../testing/wait-until.ts';
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

for (const [what, command] of Object.entries(SPOILT)) {
  test(`a runtime that ${what}: the start is refused and leaves nothing`, async () => {
    await using fixture = await RuntimeFixture.create();
    await fixture.spoilRunc(command);
    const spec = fixture.spec({});
    await assert.rejects(fixture.runtime.start(spec), (error) => {
      assert.ok(isEngineError(error, 'unavailable'), String(error));
      assert.ok(error.message.length < 2_000, `${error.message.length} characters`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach a terminal
      assert.doesNotMatch(error.message, /[\x00-\x08\x0e-\x1f]/);
      return true;
    });
    assert.deepEqual(await fixture.runtime.listKnown(), []);
    await untilNoProcess(spec.id);
  });
}
