import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { importBusybox } from '../testing/import-busybox.ts';
import { createTestEngine, dropTestEngine, newTestPlace } from '../testing/test-engine.ts';

const NAME = 'busybox:test';

const isMissing = (program: string) =>
  spawnSync(program, ['--version']).error === undefined ? false : `${program} is not installed`;

/** What we save is read by another tool, and what that writes is read by us: the same layers, and then the same digests. */
async function checkRoundTrips(
  t: TestContext,
  convert: (ours: string, folder: string) => { name: string; archive: string }[],
): Promise<void> {
  const place = await newTestPlace();
  const engine = await createTestEngine(place);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => dropTestEngine(engine, place));
  const folder = mkdtempSync(join(tmpdir(), 'other-tools-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  await engine.start();
  const { images } = engine;
  const save = async (id: string, file: string) =>
    pipeline((await images.save([id])).stream, createWriteStream(join(folder, file)));
  const load = async (file: string) => {
    const [loaded, ...others] = await images.load({ source: createReadStream(join(folder, file)) });
    assert.ok(loaded !== undefined);
    assert.deepEqual(others, []);
    return await images.inspect(loaded.id);
  };

  await importBusybox(engine);
  const wanted = (await images.inspect(NAME)).layers.map(({ diffId }) => diffId);
  await save(NAME, 'ours.tar');
  for (const { name, archive } of convert(join(folder, 'ours.tar'), folder)) {
    await t.test(name, async () => {
      for (const { id } of await images.list()) await images.remove(id, { force: true });
      const first = await load(archive);
      assert.deepEqual(
        first.layers.map(({ diffId }) => diffId),
        wanted,
      );
      assert.deepEqual(first.config.config?.Cmd, ['sh']);
      await save(first.id, 'again.tar');
      await images.remove(first.id, { force: true });
      const second = await load('again.tar');
      assert.deepEqual([second.id, second.manifestDigest], [first.id, first.manifestDigest]);
    });
  }
}

test('skopeo reads what we save, and we read what it writes', {
  timeout: 180_000,
  skip: isMissing('skopeo'),
}, async (t) => {
  await checkRoundTrips(t, (ours, folder) => {
    const policy = join(folder, 'policy.json');
    writeFileSync(policy, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
    const copy = (from: string, to: string) => execFileSync('skopeo', ['--policy', policy, 'copy', '-q', from, to]);
    const pack = (name: string) =>
      execFileSync('tar', ['-C', join(folder, name), '-cf', join(folder, `${name}.tar`), '.']);
    copy(`docker-archive:${ours}`, `docker-archive:${join(folder, 'docker.tar')}:${NAME}`);
    copy(`docker-archive:${ours}`, `oci-archive:${join(folder, 'archive.tar')}:${NAME}`);
    copy(`oci-archive:${ours}`, `oci:${join(folder, 'layout')}:${NAME}`);
    copy(`docker-archive:${ours}`, `dir:${join(folder, 'dir')}`);
    for (const name of ['layout', 'dir']) pack(name);
    return ['docker', 'archive', 'layout', 'dir'].map((name) => ({ name, archive: `${name}.tar` }));
  });
});

test('podman reads what we save, and we read what it writes', {
  timeout: 180_000,
  skip: isMissing('podman'),
}, async (t) => {
  await checkRoundTrips(t, (ours, folder) => {
    const storage = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
    const podman = (...args: string[]) => execFileSync('podman', [...storage, ...args], { stdio: 'pipe' });
    podman('load', '-q', '-i', ours);
    return ['docker-archive', 'oci-archive'].map((format) => {
      podman('save', '-q', '--format', format, '-o', join(folder, `${format}.tar`), NAME);
      return { name: format, archive: `${format}.tar` };
    });
  });
});
