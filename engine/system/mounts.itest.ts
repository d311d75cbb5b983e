import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { MountSpec } from '../containers/index.ts';
import { createKernel, type Kernel } from '../kernel/index.ts';
import { enginePaths } from '../paths.ts';
import { containerConfig } from '../testing/container-config.ts';
import { importBusybox } from '../testing/import-busybox.ts';
import { createTestEngine, dropTestEngine, newTestPlace, type TestEnginePlace } from '../testing/test-engine.ts';
import type { Engine } from './engine.ts';

let place: TestEnginePlace;
let engine: Engine;
let kernel: Kernel;
let host: string;

before(async () => {
  place = await newTestPlace();
  engine = await createTestEngine(place);
  await engine.start();
  await importBusybox(engine);
  kernel = await createKernel();
  host = join(place.root, 'host');
  await mkdir(join(host, 'inner'), { recursive: true });
  await kernel.mountTmpfs(join(host, 'inner'));
});

after(async () => {
  await kernel.unmount(join(host, 'inner'));
  await kernel.unmount(join(place.root, 'shared'));
  await dropTestEngine(engine, place);
  await kernel[Symbol.asyncDispose]();
});

/** What a shell line prints, as the only process of a container with these mounts. */
async function output(line: string, mounts: MountSpec[], volumesFrom: string[] = []): Promise<string> {
  const config = containerConfig({
    image: 'busybox:test',
    command: ['sh', '-c', line],
    network: 'none',
    mounts,
    volumesFrom,
  });
  const { id } = await engine.containers.create(config);
  try {
    const done = engine.containers.wait(id, { condition: 'next-exit' });
    await engine.containers.start(id);
    await done;
    const lines: string[] = [];
    for await (const batch of await engine.containers.logs(id, { stdout: true, stderr: true })) {
      lines.push(...batch.map(({ text }) => text.toString()));
    }
    return lines.join('\n').trim();
  } finally {
    await engine.containers.remove(id, { force: true, volumes: true });
  }
}

const inVolume = (name: string, subpath?: string): MountSpec => ({
  type: 'volume',
  name,
  target: '/v',
  readOnly: false,
  subpath,
});

test('a part of a volume is mounted, inside the volume whatever links say', async () => {
  const { mountpoint } = await engine.volumes.create({ name: 'parts' });
  await mkdir(join(mountpoint, 'a/b'), { recursive: true });
  await writeFile(join(mountpoint, 'a/b/file'), 'deep');
  await symlink('/a/b', join(mountpoint, 'link'));
  await symlink('../../../../../../../../etc', join(mountpoint, 'out'));
  assert.equal(await output('cat /v/file', [inVolume('parts', 'a/b')]), 'deep');
  assert.equal(await output('cat /v/file; echo new >/v/made', [inVolume('parts', 'link')]), 'deep');
  assert.equal(await readFile(join(mountpoint, 'a/b/made'), 'utf8'), 'new\n');
  assert.equal(await output('cat /v', [inVolume('parts', 'a/b/file')]), 'deep');
  for (const missing of ['a/none', 'out']) {
    await assert.rejects(output('true', [inVolume('parts', missing)]), {
      code: 'not_found',
      message: `cannot access path ${join(mountpoint, missing)}: no such file or directory`,
    });
  }
  const paths = enginePaths(join(place.root, 'data'), join(place.root, 'run'));
  assert.deepEqual(await readdir(paths.subpathRoot), []);
  assert.deepEqual(await engine.verify(), []);
});

test('volumes come from other containers at the same places, and own mounts win', async () => {
  const mounts: MountSpec[] = [
    { type: 'volume', name: 'shared', target: '/one', readOnly: false },
    { type: 'bind', source: host, target: '/two', readOnly: false },
  ];
  const config = containerConfig({ image: 'busybox:test', command: ['true'], network: 'none', mounts });
  const { id } = await engine.containers.create(config, { name: 'donor' });
  await writeFile(join(host, 'f'), 'of the host');
  await writeFile(join((await engine.volumes.get('shared')).mountpoint, 'f'), 'of the volume');
  const read = 'cat /one/f; echo; cat /two/f; touch /one/x 2>/dev/null && echo " written"';
  assert.equal(await output(`${read}; true`, [], ['donor']), 'of the volume\nof the host written');
  assert.equal(await output(`${read}; true`, [], ['donor:ro']), 'of the volume\nof the host');
  const own: MountSpec = { type: 'tmpfs', target: '/two/' };
  assert.equal(await output('cat /one/f; ls /two', [own], ['donor']), 'of the volume');
  await assert.rejects(output('true', [], ['nobody']), {
    code: 'invalid_argument',
    message: 'No such container: nobody',
  });
  await engine.containers.remove(id);
});

test('read-only reaches what is mounted below, unless it is asked not to', async () => {
  const bind = (change: object): MountSpec => ({ type: 'bind', source: host, target: '/h', readOnly: true, ...change });
  const write = 'touch /h/inner/x 2>/dev/null && echo written || echo refused';
  assert.equal(await output(write, [bind({})]), 'refused');
  assert.equal(await output(write, [bind({ readOnlyRecursion: 'force' })]), 'refused');
  assert.equal(await output(write, [bind({ readOnlyRecursion: 'none' })]), 'written');
  for (const readOnly of [true, false]) {
    assert.equal(await output('ls -A /h/inner', [bind({ nonRecursive: true, readOnly })]), '');
  }
  assert.equal(await output('ls -A /h/inner', [bind({})]), 'x');
});

test('propagation needs a mount that shares what happens in it', async () => {
  const own = join(place.root, 'shared');
  await mkdir(own);
  await kernel.mountTmpfs(own);
  await kernel.mountDevice({ source: own, target: own, type: 'none', options: 'bind,rprivate' });
  const bind = (propagation: string): MountSpec => ({
    type: 'bind',
    source: own,
    target: '/p',
    readOnly: false,
    propagation,
  });
  const words = (kind: string) => ({
    code: 'invalid_argument',
    message: `path ${own} is mounted on ${own} but it is not a ${kind} mount`,
  });
  await assert.rejects(output('true', [bind('rshared')]), words('shared'));
  await assert.rejects(output('true', [bind('slave')]), words('shared or slave'));
  await kernel.unmount(own, { lazy: false });
  await kernel.mountDevice({ source: own, target: own, type: 'none', options: 'bind,rshared' });
  assert.match(await output('grep " /p " /proc/self/mountinfo', [bind('rshared')]), / shared:\d+ /);
  assert.match(await output('grep " /p " /proc/self/mountinfo', [bind('rslave')]), / master:\d+ /);
  await kernel.unmount(own, { lazy: false });
});

test('a volume with options is mounted for its containers and unmounted after the last', async () => {
  const options = { type: 'tmpfs', device: 'tmpfs', o: 'size=2m' };
  const { mountpoint } = await engine.volumes.create({ name: 'mem', options });
  const isMounted = async () => (await kernel.listMounts()).some(({ target }) => target === mountpoint);
  const config = containerConfig({
    image: 'busybox:test',
    command: ['sh', '-c', 'echo here >/v/f; sleep 600'],
    network: 'none',
    mounts: [inVolume('mem')],
  });
  const { id } = await engine.containers.create(config, { name: 'holder' });
  assert.equal(await isMounted(), false);
  await engine.containers.start(id);
  assert.match(await output('grep " /v " /proc/mounts; cat /v/f', [inVolume('mem')]), /^tmpfs .*size=2048k.*\nhere$/);
  assert.equal(await isMounted(), true);
  assert.deepEqual(await engine.verify(), []);
  await engine.containers.stop(id, { timeoutSeconds: 0 });
  assert.equal(await isMounted(), false);
  await assert.rejects(engine.volumes.remove('mem'), { code: 'in_use' });
  await engine.containers.remove(id);
  await engine.volumes.remove('mem');
});
