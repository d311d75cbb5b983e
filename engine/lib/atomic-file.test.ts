import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFileAtomic } from './atomic-file.ts';

test('content and mode are there and no temporary file is left', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-atomic-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'state.json');
  await writeFileAtomic(path, 'old');
  await writeFileAtomic(path, 'new', { mode: 0o640 });
  assert.equal(await readFile(path, 'utf8'), 'new');
  assert.equal((await stat(path)).mode & 0o777, 0o640);
  assert.deepEqual(await readdir(folder), ['state.json']);
});

test('when the rename is refused the target stays and no temporary file is left', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-atomic-'));
  t.after(() => rm(folder, { recursive: true }));
  await assert.rejects(writeFileAtomic(join(folder, 'missing', 'x'), 'data'), { code: 'ENOENT' });
  await assert.rejects(writeFileAtomic(folder, 'data'));
  assert.deepEqual(await readdir(folder), []);
});
