import assert from 'node:assert/strict';
import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLogger } from '../lib/index.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { DiskPartsMeter } from './disk-parts.ts';

const KIB = 1_024;

test('what containers have written is measured once for all who ask, and anew when it is old', async () => {
  await using root = await mkdtempDisposable(join(tmpdir(), 'davit-parts-'));
  const folder = (...parts: string[]) => join(root.path, ...parts);
  for (const id of ['a', 'b']) {
    await mkdir(folder('layers', id), { recursive: true });
    await mkdir(folder('containers', id), { recursive: true });
    await writeFile(folder('layers', id, 'file'), Buffer.alloc(64 * KIB, 1));
    await writeFile(folder('containers', id, 'container.log'), Buffer.alloc(8 * KIB, 1));
    await writeFile(folder('containers', id, 'config.json'), Buffer.alloc(32 * KIB, 1));
  }
  await writeFile(folder('containers', 'a', 'container.log.1'), Buffer.alloc(16 * KIB, 1));
  let now = 0;
  let lists = 0;
  const list = async () => {
    lists += 1;
    return ['a', 'b', 'gone'].map((id) => ({ id }));
  };
  await using meter = new DiskPartsMeter({
    containers: { list },
    snapshots: { upperDir: async (id) => (id === 'gone' ? undefined : folder('layers', id)) },
    paths: { container: (id) => folder('containers', id) },
    clock: () => new Date(now),
    log: silentLogger,
  });
  assert.equal(meter.read(), undefined);
  await waitUntil('it is measured', () => meter.read() !== undefined);
  const found = meter.read();
  assert.equal(found?.logBytes, 32 * KIB);
  // And the folders themselves.
  assert.ok(found.containerBytes >= 128 * KIB && found.containerBytes < 160 * KIB, `${found.containerBytes} bytes`);
  now = 599_000;
  assert.equal(meter.read(), found);
  assert.equal(lists, 1);
  await writeFile(folder('layers', 'a', 'more'), Buffer.alloc(64 * KIB, 1));
  now = 601_000;
  // What was known meanwhile.
  assert.equal(meter.read(), found);
  await waitUntil('it is measured again', () => meter.read() !== found);
  assert.equal((meter.read()?.containerBytes ?? 0) - found.containerBytes, 64 * KIB);
  assert.equal(lists, 2);
});
