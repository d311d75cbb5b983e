import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { buildTar, type TarMember } from '../diff/testing/tar-builder.ts';
import { enginePaths } from '../paths.ts';
import type { Engine } from '../system/engine.ts';
import { containerConfig } from '../testing/container-config.ts';
import { importBusybox } from '../testing/import-busybox.ts';
import { createTestEngine, dropTestEngine, newTestPlace, type TestEnginePlace } from '../testing/test-engine.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { ContainerConfig } from './index.ts';

let place: TestEnginePlace;
let engine: Engine;
let folder: string;

before(async () => {
  place = await newTestPlace();
  engine = await createTestEngine(place);
  await engine.start();
  await importBusybox(engine);
  folder = await mkdtemp(join(tmpdir(), 'davit-files-'));
});

after(async () => {
  await dropTestEngine(engine, place);
  await rm(folder, { recursive: true, force: true });
});

async function make(name: string, change: Partial<ContainerConfig> = {}): Promise<string> {
  const config = containerConfig({ image: 'busybox:test', network: 'none', command: ['sleep', '600'], ...change });
  return (await engine.containers.create(config, { name })).id;
}

async function archive(ref: string, path: string): Promise<Buffer> {
  const sink = new PassThrough();
  const [bytes] = await Promise.all([buffer(sink), engine.containers.readArchive(ref, path, sink)]);
  return bytes;
}

const namesOf = (tar: Buffer) => execFileSync('tar', ['-tf', '-'], { input: tar }).toString().trim().split('\n');
const fileOf = (tar: Buffer, name: string) => execFileSync('tar', ['-xOf', '-', name], { input: tar }).toString();

function put(ref: string, path: string, members: readonly TarMember[], opts: object = {}): Promise<void> {
  return engine.containers.writeArchive(ref, path, Readable.from([buildTar(members)]), opts);
}

async function output(ref: string, ...args: string[]): Promise<string> {
  const exec = await engine.containers.createExec(ref, { args, tty: false, openStdin: false });
  const stream = await engine.containers.startExec(exec.id);
  let seen = '';
  for await (const { data } of stream.output) seen += data.toString();
  return seen;
}

function rootIsMounted(id: string): boolean {
  return execFileSync('cat', ['/proc/self/mountinfo']).toString().includes(`/containers/${id}/rootfs `);
}

test('files go in and out of a container, running or not, through its volumes, binds and tmpfs', {
  timeout: 200_000,
}, async () => {
  const bind = join(folder, 'bind');
  execFileSync('mkdir', [bind]);
  await writeFile(join(bind, 'host'), 'of the host');
  const mounts = [
    { type: 'volume', name: 'files', target: '/data', readOnly: false },
    { type: 'bind', source: bind, target: '/bind', readOnly: true },
    { type: 'tmpfs', target: '/scratch' },
  ] as const;
  const id = await make('copy', { mounts: [...mounts] });

  const check = async (when: string) => {
    const tar = await archive('copy', '/etc');
    assert.ok(namesOf(tar).includes('etc/passwd'), when);
    assert.equal((await engine.containers.statPath('copy', '/etc/passwd')).name, 'passwd');
    await put('copy', '/data', [
      { name: 'dir/', type: '5' },
      { name: `dir/${when}`, data: when },
    ]);
    assert.equal(fileOf(await archive('copy', `/data/dir/${when}`), when), when);
    assert.ok(namesOf(await archive('copy', '/data/.')).includes(`./dir/${when}`), when);
    const whole = namesOf(await archive('copy', '/'));
    assert.equal(whole[0], '/', when);
    assert.ok(whole.includes('/etc/passwd') && whole.includes(`/data/dir/${when}`), when);
    assert.equal(fileOf(await archive('copy', '/bind/host'), 'host'), 'of the host', when);
    await assert.rejects(put('copy', '/bind', [{ name: 'x', data: '' }]), {
      code: 'denied',
      message: 'mounted volume is marked read-only',
    });
    assert.deepEqual(namesOf(await archive('copy', '/bin/sh')), ['sh'], 'a link stays a link');
    assert.ok((await engine.containers.statPath('copy', '/bin/sh')).linkTarget.endsWith('/bin/busybox'));
    const missing = { code: 'not_found', message: 'Could not find the file /nope in container copy' };
    await assert.rejects(engine.containers.statPath('copy', '/nope'), missing);
    const sink = new PassThrough().on('error', () => {});
    await assert.rejects(engine.containers.readArchive('copy', '/nope', sink), missing);
    await assert.rejects(put('copy', '/nope', [{ name: 'x', data: '' }]), missing);
    await assert.rejects(put('copy', '/etc/passwd', [{ name: 'x', data: '' }]), {
      message: 'extraction point is not a directory',
    });
  };
  await check('created');
  assert.equal(rootIsMounted(id), false);
  await engine.containers.start('copy');
  await check('running');
  await put('copy', '/scratch', [{ name: 'f', data: 'in memory', uid: 1000 }]);
  assert.equal(await output('copy', 'cat', '/scratch/f'), 'in memory');
  assert.equal(fileOf(await archive('copy', '/scratch'), 'scratch/f'), 'in memory');
  assert.match(await output('copy', 'ls', '/data/dir'), /created\nrunning/);
  const whole = namesOf(await archive('copy', '/'));
  assert.ok(whole.includes('data/dir/running') || whole.includes('/data/dir/running'), whole.join(' ').slice(0, 400));
  assert.equal(
    whole.some((name) => /^\/?proc\/./.test(name)),
    false,
  );
  await engine.containers.kill('copy');
  await waitUntil('it has ended', async () => (await engine.containers.inspect('copy')).state.status === 'exited');
  await check('exited');
  await put('copy', '/data', [{ name: 'way', type: '2', linkName: '/etc' }]);
  await put('copy', '/data/way', [{ name: 'through', data: 'a link' }]);
  assert.equal(fileOf(await archive('copy', '/etc/through'), 'through'), 'a link', 'a link leads inside the root');
  assert.equal(rootIsMounted(id), false);
  await engine.containers.remove('copy', { volumes: true });
});

test('a read-only root takes no files, its owner may be the user of the container', { timeout: 100_000 }, async () => {
  await make('locked', { readonlyRootfs: true });
  const refused = { code: 'denied', message: 'container rootfs is marked read-only' };
  await assert.rejects(put('locked', '/tmp', [{ name: 'x', data: '' }]), refused);
  await engine.containers.start('locked');
  await assert.rejects(put('locked', '/tmp', [{ name: 'x', data: '' }]), refused);
  await make('owned', { user: 'web' });
  await put('owned', '/tmp', [{ name: 'x', data: '', uid: 7 }], { copyOwner: true });
  await put('owned', '/tmp', [{ name: 'y', data: '', uid: 7 }]);
  await engine.containers.start('owned');
  assert.equal(await output('owned', 'stat', '-c', '%u', '/tmp/x', '/tmp/y'), '1000\n7\n');
});

test('a container shows its changes, is exported, and becomes an image that runs', { timeout: 200_000 }, async () => {
  const script =
    'rm /www/index.html; echo new > /www/page; mkdir /made; rm -r /var; mkdir /var; echo v > /data/f; sleep 600';
  const mounts = [{ type: 'volume', name: 'aside', target: '/data', readOnly: false }] as const;
  await make('work', { command: ['sh', '-c', script], mounts: [...mounts], env: ['A=1'], labels: { stage: 'test' } });
  await engine.containers.start('work');
  await waitUntil('it has worked', async () => (await output('work', 'cat', '/data/f')) === 'v\n');

  const changes = (await engine.containers.changes('work')).map(({ kind, path }) => `${kind[0]} ${path}`);
  // A folder made anew with the attributes it had has not changed.
  assert.deepEqual(changes, ['a /data', 'a /made', 'm /www', 'd /www/index.html', 'a /www/page']);

  const sink = new PassThrough();
  const [tar] = await Promise.all([buffer(sink), engine.containers.export('work', sink)]);
  const names = namesOf(tar);
  for (const name of ['www/page', 'made/', 'bin/busybox', 'data/']) assert.ok(names.includes(name), name);
  for (const name of ['www/index.html', 'data/f']) assert.ok(!names.includes(name), name);
  const seen = engine.events.history().length;
  const image = await engine.containers.commit('work', {
    reference: 'made:1',
    changes: ['CMD ["cat", "/www/page"]', 'ENV B=2'],
    author: 'somebody',
    message: 'words',
  });
  const told = engine.events
    .history()
    .slice(seen)
    .map(({ type, action }) => `${type} ${action}`);
  assert.deepEqual(told, ['container pause', 'container unpause', 'image create', 'image tag', 'container commit']);
  assert.equal((await engine.containers.inspect('work')).state.status, 'running');
  const { config, history } = await engine.images.inspect('made:1');
  assert.deepEqual(image.references, ['made:1']);
  assert.deepEqual(config.config?.Env, ['A=1', 'B=2']);
  assert.deepEqual([config.config?.Cmd, config.config?.Labels], [['cat', '/www/page'], { stage: 'test' }]);
  assert.deepEqual(
    [config.author, history.at(-1)?.comment, history.at(-1)?.created_by],
    ['somebody', 'words', `sh -c ${script}`],
  );

  await make('again', { image: 'made:1', command: undefined });
  await engine.containers.start('again');
  await waitUntil('it has ended', async () => (await engine.containers.inspect('again')).state.status === 'exited');
  let log = '';
  for await (const lines of await engine.containers.logs('again', { stdout: true, stderr: true })) {
    for (const line of lines) log += line.text.toString();
  }
  assert.equal(log.trim(), 'new');
  await assert.rejects(engine.containers.statPath('again', '/www/index.html'), { code: 'not_found' });
  const nothing = await engine.containers.commit('again', { reference: 'same:1' });
  assert.equal(nothing.layerCount, image.layerCount, 'without changes there is no layer');
  assert.equal((await engine.images.inspect('same:1')).history.at(-1)?.empty_layer, true);
  const usage = await engine.diskUsage();
  assert.deepEqual(
    usage.containers
      .map(({ name, running }) => `${name} ${running}`)
      .filter((line) => /^(work|again) /.test(line))
      .sort(),
    ['again false', 'work true'],
  );
  const made = usage.images.images.find(({ references }) => references.includes('made:1'));
  assert.deepEqual([made?.uniqueBytes, made?.containers], [0, 1], 'the image without changes has the same layers');
  const aside = usage.volumes.find(({ name }) => name === 'aside');
  assert.ok(aside?.containers === 1 && aside.sizeBytes > 0);
  await assert.rejects(engine.containers.commit('work', { changes: ['RUN x'] }), {
    code: 'invalid_argument',
    message: 'RUN is not a valid change command',
  });
  assert.equal((await engine.containers.inspect('work')).state.status, 'running');
  assert.deepEqual(await engine.verify({ deep: true }), []);
});

test('work in a root ends with the container, and a reader that waits keeps nobody from stopping and starting', {
  timeout: 100_000,
}, async () => {
  const id = await make('busy', { command: ['sh', '-c', 'dd if=/dev/zero of=/tmp/big bs=1M count=64; sleep 600'] });
  await engine.containers.start('busy');
  await waitUntil(
    'the file is there',
    async () => (await engine.containers.statPath('busy', '/tmp/big')).sizeBytes === 64 << 20,
  );
  // Nobody reads: the work stands still.
  const slow = new PassThrough().on('error', () => {});
  const export1 = engine.containers.export('busy', slow);
  await waitUntil('it has begun', () => slow.readableLength > 0);
  await engine.containers.stop('busy', { timeoutSeconds: 0 });
  assert.equal(rootIsMounted(id), true);
  await engine.containers.start('busy');
  await engine.containers.stop('busy', { timeoutSeconds: 0 });
  const removed = engine.containers.remove('busy');
  await assert.rejects(export1, { code: 'conflict' });
  await removed;
  assert.equal(slow.destroyed, true);
  const paths = enginePaths(join(place.root, 'data'), join(place.root, 'run'));
  assert.equal(existsSync(paths.runContainer(id)), false);
  assert.equal(rootIsMounted(id), false);
  assert.deepEqual(await engine.verify(), []);
});

test('copying is about as fast as tar', { timeout: 100_000 }, async (context) => {
  await make('fast');
  const data = Buffer.alloc(96 << 20, 'some bytes ');
  await put('fast', '/tmp', [{ name: 'big', data }]);
  const began = performance.now();
  const bytes = await archive('fast', '/tmp/big');
  const oursMs = performance.now() - began;
  assert.ok(bytes.length > data.length);
  const file = join(folder, 'plain');
  await writeFile(file, data);
  const plainBegan = performance.now();
  execFileSync('tar', ['-C', folder, '-cf', '-', 'plain'], { maxBuffer: 200 << 20 });
  context.diagnostic(`96 MiB: ${Math.round(oursMs)} ms, tar ${Math.round(performance.now() - plainBegan)} ms`);
  assert.equal((await readFile(file)).length, data.length);
});

test('a copy out is told once, also when the client leaves after the first bytes, and never when nothing is there', async () => {
  await make('left');
  const told = () => engine.events.history().filter(({ action }) => action === 'archive-path').length;
  const before = told();
  const leaving = new AbortController();
  const sink = new PassThrough();
  sink.on('error', () => undefined);
  sink.once('data', () => leaving.abort());
  await assert.rejects(engine.containers.readArchive('left', '/', sink, { signal: leaving.signal }));
  assert.equal(told(), before + 1);
  await archive('left', '/etc/passwd');
  assert.equal(told(), before + 2);
  await assert.rejects(engine.containers.readArchive('left', '/nope', new PassThrough()));
  assert.equal(told(), before + 2);
});
