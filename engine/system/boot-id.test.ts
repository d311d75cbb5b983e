import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { detectReboot } from './boot-id.ts';

test('only a changed boot id is a reboot', async () => {
  const root = await mkdtemp(join(tmpdir(), 'davit-boot-'));
  try {
    const kernel = join(root, 'kernel');
    await writeFile(kernel, 'one\n');
    assert.equal(await detectReboot(root, kernel), false, 'the first start');
    assert.equal(await detectReboot(root, kernel), false, 'the same boot');
    await writeFile(kernel, 'two\n');
    assert.equal(await detectReboot(root, kernel), true);
    assert.equal(await detectReboot(root, kernel), false);
  } finally {
    await rm(root, { recursive: true });
  }
});
