import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempDisposable, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ensureShim } from './compile.ts';

test('the shim compiles without a warning, once, and says its protocol', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-cc-'));
  const path = await ensureShim(folder.path);
  const { mtimeMs } = await stat(path);
  assert.equal(await ensureShim(folder.path), path);
  assert.equal((await stat(path)).mtimeMs, mtimeMs);
  assert.equal(execFileSync(path, ['--version'], { encoding: 'utf8' }), 'davit-shim protocol 1\n');
});
