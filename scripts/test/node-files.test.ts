import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Outcome } from './outcome.ts';

/** In a process of its own: within a test file the runner runs no other. */
async function outcomeOf(source: string): Promise<Outcome> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-runner-'));
  const file = join(folder.path, 'tried.test.mjs');
  await writeFile(file, source);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const script = join(folder.path, 'run.mjs');
  await writeFile(
    script,
    `import { nodeSuite } from ${JSON.stringify(join(import.meta.dirname, 'node-files.ts'))};
    const file = ${JSON.stringify(file)};
    process.stdout.write(JSON.stringify(await nodeSuite([file], 1).runFile(file, false)));`,
  );
  return JSON.parse(execFileSync(process.execPath, [script], { env, encoding: 'utf8' }));
}

test('tests are counted, and each that failed is told with what it threw', async () => {
  const { failures, ...counts } = await outcomeOf(`
    import assert from 'node:assert';
    import { before, describe, test } from 'node:test';
    test('good', () => {});
    test('not here', { skip: 'no kernel' }, () => {});
    test('outer', (t) => t.test('inner', () => assert.equal(1, 2)));
    describe('group', () => {
      before(() => { throw new Error('no server'); });
      test('asks it', () => {});
    });`);
  // Both the outer and the inner one, and the one that was cut off.
  assert.deepEqual(counts, { passed: 1, failed: 3, skipped: 1 });
  assert.deepEqual(
    failures.map(({ name }) => name),
    ['inner', 'asks it', 'group'],
  );
  assert.match(failures[0]?.error ?? '', /1 == 2/);
  assert.match(failures[2]?.error ?? '', /no server/);
});

test('a file that ends outside its tests has failed, with its last words', async () => {
  const { failures, ...counts } = await outcomeOf(`throw new Error('nothing to test');`);
  assert.deepEqual(counts, { passed: 0, failed: 1, skipped: 0 });
  assert.equal(failures[0]?.name, 'the file itself');
  assert.match(failures[0]?.error ?? '', /nothing to test/);
});
