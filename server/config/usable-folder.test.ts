import assert from 'node:assert/strict';
import { mkdtempDisposable, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ensureUsableFolder } from './usable-folder.ts';

test('a folder is made with its parents, and one that cannot be is told with its flag', async () => {
  await using root = await mkdtempDisposable(join(tmpdir(), 'davit-folder-'));
  const folder = join(root.path, 'a/b');
  await ensureUsableFolder('--data-root', folder, 0o700);
  await ensureUsableFolder('--data-root', folder, 0o700);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  await writeFile(join(root.path, 'file'), '');
  for (const wrong of ['file', 'file/below']) {
    await assert.rejects(ensureUsableFolder('--data-root', join(root.path, wrong), 0o700), {
      code: 'unavailable',
      message: /^The folder of --data-root cannot be made or written to: \/.*file.* \((?:EEXIST|ENOTDIR)\); choose/,
    });
  }
});

test('a folder where nothing can be made is refused at once', { timeout: 10_000 }, async () => {
  for (const wrong of ['/proc/davit', '/proc/davit/a/b', '/proc/self/davit']) {
    await assert.rejects(ensureUsableFolder('--run-root', wrong, 0o700), {
      code: 'unavailable',
      message: `The folder of --run-root cannot be made or written to: ${wrong} (ENOENT); choose another, or mend this one`,
    });
  }
});
