import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, chown, link, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { newContainerId } from '../lib/index.ts';
import { makeVolumeBench } from '../testing/volume-bench.ts';
import { waitUntil } from '../testing/wait-until.ts';

async function backedUp(
  t: Awaited<ReturnType<typeof makeVolumeBench>>,
  name: string,
  opts: { consistent?: boolean } = {},
) {
  const sink = new PassThrough();
  const [done, bytes] = await Promise.all([
    t.volumes.backup(name, { ...opts, sink, compression: 'zstd' }),
    buffer(sink),
  ]);
  return { done, bytes };
}

test('a backup comes back as it was, under another name', async () => {
  await using t = await makeVolumeBench();
  const { mountpoint } = await t.volumes.create({ name: 'data' });
  await mkdir(join(mountpoint, 'sub'));
  await writeFile(join(mountpoint, 'sub/f'), 'bytes');
  await link(join(mountpoint, 'sub/f'), join(mountpoint, 'same'));
  await chown(mountpoint, 5, 6);
  await chmod(mountpoint, 0o2770);
  const { done, bytes } = await backedUp(t, 'data');
  assert.deepEqual([done.sizeBytes, done.entries, done.notes], [bytes.length, 4, []]);
  const source = Readable.from([bytes]);
  const made = await t.volumes.restore({ name: 'again', labels: { a: 'b' }, source, totalBytes: bytes.length });
  assert.deepEqual([made.labels, made.copy], [{ a: 'b' }, { entries: 4, notes: [] }]);
  const root = await stat(made.mountpoint);
  assert.deepEqual([root.uid, root.gid, root.mode & 0o7777], [5, 6, 0o2770]);
  assert.equal(await readFile(join(made.mountpoint, 'same'), 'utf8'), 'bytes');
  assert.equal((await stat(join(made.mountpoint, 'same'))).nlink, 2);
  await assert.rejects(t.volumes.restore({ name: 'again', source: Readable.from([bytes]) }), {
    code: 'already_exists',
  });
});

test('a backup carries labels and options; the options are told, not mounted', async () => {
  await using t = await makeVolumeBench();
  const labels = { team: 'ünï', gone: 'x'.repeat(2_000) };
  const options = { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' };
  await t.volumes.create({ name: 'data', labels, options });
  const { bytes } = await backedUp(t, 'data');
  const made = await t.volumes.restore({ name: 'new', labels: { team: 'b' }, source: Readable.from([bytes]) });
  assert.deepEqual([made.labels, made.options], [{ ...labels, team: 'b' }, {}]);
  assert.deepEqual(made.copy.notes, [
    'the volume had the options type=tmpfs device=tmpfs o=size=1m; the new one is a plain folder',
  ]);
  assert.deepEqual((await t.volumes.get('new')).labels, made.labels);
  const plain = execFileSync('zstd', ['-dc'], { input: bytes });
  assert.equal(String(execFileSync('tar', ['-tf', '-'], { input: plain })), './\n', 'other programs read it');
  // As before backups said anything of labels.
  const sink = new PassThrough();
  const packed = { root: t.rootfs, sink, seal: true } as const;
  const [, old] = await Promise.all([t.packer.pack(packed), buffer(sink)]);
  const back = await t.volumes.restore({ name: 'old', labels: { a: 'b' }, source: Readable.from([old]) });
  assert.deepEqual(back.labels, { a: 'b' });
});

test('a damaged backup, or one that proves nothing, makes no volume', async () => {
  await using t = await makeVolumeBench();
  await t.volumes.create({ name: 'data' });
  const { bytes, done } = await backedUp(t, 'data');
  const half = () => Readable.from([bytes.subarray(0, bytes.length / 2)]);
  await assert.rejects(t.volumes.restore({ name: 'new', source: half() }), { code: 'data_corrupt' });
  const foreign = execFileSync('tar', ['-cf', '-', '-C', t.rootfs, '.']);
  await assert.rejects(t.volumes.restore({ name: 'new', source: Readable.from([foreign]) }), {
    code: 'data_corrupt',
    details: { reason: 'seal_missing' },
  });
  const { digest } = done;
  await assert.rejects(t.volumes.restore({ name: 'new', source: Readable.from([foreign]), digest }), {
    code: 'data_corrupt',
  });
  assert.deepEqual(
    (await t.store.list()).map(({ name }) => name),
    ['data'],
  );
  assert.deepEqual(await readdir(t.paths.volumes), ['data']);
  await t.volumes.restore({ name: 'new', source: Readable.from([foreign]), unproven: true });
  await t.volumes.restore({ name: 'newer', source: Readable.from([bytes]), digest });
});

test('while a volume is filled nobody sees it, and while it is read nobody removes it', async () => {
  await using t = await makeVolumeBench();
  await t.volumes.create({ name: 'data' });
  const { bytes } = await backedUp(t, 'data');
  const source = new PassThrough();
  source.write(bytes.subarray(0, 10));
  const cancel = new AbortController();
  const restoring = t.volumes.restore({ name: 'new', source, signal: cancel.signal });
  await waitUntil('a row that says what is coming', async () => (await t.store.get('new'))?.state === 'creating');
  assert.deepEqual(
    (await t.volumes.list()).map(({ name }) => name),
    ['data'],
  );
  await assert.rejects(t.volumes.create({ name: 'new' }), { code: 'in_use' });
  await assert.rejects(t.volumes.restore({ name: 'new', source: Readable.from([bytes]) }), { code: 'in_use' });
  assert.deepEqual(await t.volumes.verify(), []);
  cancel.abort();
  await assert.rejects(restoring, { code: 'cancelled' });
  assert.equal(await t.store.get('new'), undefined);

  const sink = new PassThrough();
  const reading = t.volumes.backup('data', { sink });
  await assert.rejects(t.volumes.remove('data'), {
    code: 'in_use',
    message: 'remove data: volume is just being backed up or cloned',
  });
  await Promise.all([reading, buffer(sink)]);
  await t.volumes.remove('data');
});

test('a consistent backup pauses what runs, and the row says so before', async () => {
  await using t = await makeVolumeBench();
  await t.volumes.create({ name: 'data' });
  const [runs, paused, stopped] = [newContainerId(), newContainerId(), newContainerId()];
  t.using.push({ id: runs, name: 'a', running: true, paused: false });
  t.using.push({ id: paused, name: 'b', running: true, paused: true });
  t.using.push({ id: stopped, name: 'c', running: false, paused: false });
  const intents: unknown[] = [];
  const sink = new PassThrough();
  sink.once('data', () => void t.store.get('data').then((row) => intents.push(row?.pausedContainers)));
  await Promise.all([t.volumes.backup('data', { sink, consistent: true }), buffer(sink)]);
  assert.deepEqual([t.paused, t.unpaused, intents], [[runs], [runs], [[runs]]]);
  assert.deepEqual((await t.store.get('data'))?.pausedContainers, []);
  const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('the reader left')) });
  await assert.rejects(t.volumes.backup('data', { sink: broken, consistent: true }), { code: 'unavailable' });
  assert.deepEqual(t.unpaused, [runs, runs]);
});

test('a copy that waits for another one of the same containers pauses them too', async () => {
  await using t = await makeVolumeBench();
  for (const name of ['data', 'logs']) await t.volumes.create({ name });
  const user = { id: newContainerId(), name: 'c', running: true, paused: false };
  t.using.push(user);
  t.users.pause = async (id) => {
    user.paused = true;
    return Boolean(t.paused.push(id));
  };
  t.users.unpause = async (id) => {
    user.paused = false;
    t.unpaused.push(id);
  };
  const first = new PassThrough();
  const reading = t.volumes.backup('data', { sink: first, consistent: true });
  await waitUntil('the first copy has paused it', async () => t.paused.length === 1);
  const sinks = [new PassThrough(), new PassThrough()] as const;
  const seen: boolean[] = [];
  for (const sink of sinks) sink.once('data', () => seen.push(user.paused));
  const [same, other] = sinks;
  const waiting = [
    t.volumes.backup('data', { sink: same, consistent: true }),
    t.volumes.backup('logs', { sink: other, consistent: true }),
  ];
  await Promise.all([reading, buffer(first), ...waiting, ...sinks.map((sink) => buffer(sink))]);
  assert.deepEqual(seen, [true, true]);
  assert.deepEqual([t.paused.length, t.unpaused.length, user.paused], [3, 3, false]);
});

test('what somebody else paused meanwhile stays so, and what does not go on stays in the row', async () => {
  await using t = await makeVolumeBench();
  await t.volumes.create({ name: 'data' });
  const [theirs, stuck] = [newContainerId(), newContainerId()];
  for (const id of [theirs, stuck]) t.using.push({ id, name: id, running: true, paused: false });
  t.users.pause = async (id) => id !== theirs;
  t.users.unpause = async (id) => {
    t.unpaused.push(id);
    throw new Error('the runtime does not answer');
  };
  const sink = new PassThrough();
  const backup = t.volumes.backup('data', { sink, consistent: true });
  await Promise.all([assert.rejects(backup, /does not answer/), buffer(sink)]);
  assert.deepEqual(t.unpaused, [stuck]);
  assert.deepEqual((await t.store.get('data'))?.pausedContainers, [stuck]);
});

test('a clone has the same content, and a failed one leaves nothing', async () => {
  await using t = await makeVolumeBench();
  const { mountpoint } = await t.volumes.create({ name: 'data' });
  await writeFile(join(mountpoint, 'f'), 'bytes');
  await chown(mountpoint, 5, 6);
  const made = await t.volumes.clone('data', { name: 'copy', labels: { of: 'data' } });
  assert.deepEqual([made.labels, made.copy.entries, made.copy.notes], [{ of: 'data' }, 2, []]);
  assert.equal(await readFile(join(made.mountpoint, 'f'), 'utf8'), 'bytes');
  assert.deepEqual([(await stat(made.mountpoint)).uid, (await stat(made.mountpoint)).gid], [5, 6]);
  await assert.rejects(t.volumes.clone('data', { name: 'copy' }), { code: 'already_exists' });
  await assert.rejects(t.volumes.clone('none', { name: 'new' }), { code: 'not_found' });
  const cancel = new AbortController();
  cancel.abort();
  await assert.rejects(t.volumes.clone('data', { name: 'new', signal: cancel.signal }), { code: 'cancelled' });
  assert.deepEqual((await readdir(t.paths.volumes)).sort(), ['copy', 'data']);
});
