import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { isEngineError } from '#engine/errors/index.ts';
import { createKernel } from '#engine/kernel/index.ts';
import { silentLogger as log } from '#engine/lib/index.ts';
import { enginePaths } from '#engine/paths.ts';
import { createAuth } from '../auth/index.ts';
import { openDatabase } from '../db/index.ts';
import { HEADER_BYTES } from './backup-header.ts';
import { restoreBackup, writeBackup } from './index.ts';

const run = promisify(execFile);
const client = { address: '192.0.2.1', userAgent: 'test' };
const password = 'correct horse battery';
const now = new Date('2026-01-02T03:04:05Z');

const refused = (code: 'conflict' | 'data_corrupt' | 'in_use' | 'already_exists', text: RegExp) => (error: unknown) =>
  isEngineError(error, code) && text.test(error.message);

/** A data root with a person, a certificate, a volume and a blob. */
async function scratch(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'davit-backup-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const paths = enginePaths(join(folder, 'data'), join(folder, 'run'));
  {
    await using database = await openDatabase({ file: paths.database, log });
    const auth = createAuth({ db: database.db, databaseFile: paths.database });
    const { code } = await auth.issueSetupCode();
    await auth.setUp({ code, name: 'ann', password }, client);
  }
  await mkdir(paths.tls, { mode: 0o700 });
  await writeFile(join(paths.tls, 'server-key.pem'), 'a key', { mode: 0o600 });
  await mkdir(paths.volumeData('pages'), { recursive: true });
  await writeFile(join(paths.volumeData('pages'), 'index.html'), 'hello', { mode: 0o640 });
  await symlink('../../../../etc/passwd', join(paths.volumeData('pages'), 'link'));
  const layer = join(paths.snapshot(1), 'fs');
  await mkdir(layer, { recursive: true });
  {
    await using kernel = await createKernel();
    await kernel.setxattr(layer, 'trusted.overlay.opaque', Buffer.from('y'));
  }
  const file = join(folder, 'backup.davit');
  const write = (parts: ('images' | 'volumes')[] = []) =>
    writeBackup({ paths, file, parts, release: '0.1.0', createdAt: now });
  const restore = (force = false, check = async (_file: string) => {}) =>
    restoreBackup({ paths, file, force, now, check });
  const forget = () => rename(paths.dataRoot, join(folder, 'lost'));
  return { folder, paths, file, write, restore, forget };
}

test('what was backed up comes back, with owners, modes and links, and without open sessions', async (t) => {
  const { folder, paths, file, write, restore, forget } = await scratch(t);
  const written = await write(['images', 'volumes']);
  assert.equal(written.changed, false);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  await forget();
  const restored = await restore();
  assert.deepEqual([restored.parts, restored.createdAt, restored.movedTo], [['images', 'volumes'], now, undefined]);
  assert.equal((await stat(paths.dataRoot)).mode & 0o777, 0o700);
  assert.equal((await stat(join(paths.tls, 'server-key.pem'))).mode & 0o777, 0o600);
  assert.equal(await readFile(join(paths.volumeData('pages'), 'index.html'), 'utf8'), 'hello');
  assert.equal((await stat(join(paths.volumeData('pages'), 'index.html'))).mode & 0o777, 0o640);
  await using kernel = await createKernel();
  const mark = await kernel.getxattr(join(paths.snapshot(1), 'fs'), 'trusted.overlay.opaque');
  assert.equal(Buffer.from(mark ?? []).toString(), 'y');
  await using database = await openDatabase({ file: paths.database, log });
  const auth = createAuth({ db: database.db, databaseFile: paths.database });
  assert.equal(await database.db.session.count(), 0);
  assert.equal((await auth.signIn({ name: 'ann', password }, client)).user.role, 'owner');
  assert.deepEqual((await readdir(folder)).sort(), ['backup.davit', 'data', 'lost']);
});

test('without parts it holds the records and the keys alone; it never writes over another file', async (t) => {
  const { paths, file, write, restore, forget } = await scratch(t);
  await write();
  await assert.rejects(write(), refused('already_exists', /backup\.davit/));
  const listed = await run('sh', ['-c', `tail -c +${HEADER_BYTES + 1} "$1" | tar -t`, 'sh', file]);
  assert.deepEqual(listed.stdout.trim().split('\n').sort(), ['davit.db', 'tls/', 'tls/server-key.pem']);
  await forget();
  await restore();
  assert.deepEqual((await readdir(paths.dataRoot)).sort(), ['davit.db', 'tls']);
});

test('a full data root is left alone without force, and moved aside with it', async (t) => {
  const { paths, write, restore } = await scratch(t);
  await write();
  await writeFile(join(paths.dataRoot, 'newer'), 'x');
  await assert.rejects(restore(), refused('conflict', /not empty/));
  const { movedTo } = await restore(true);
  assert.equal(movedTo, `${paths.dataRoot}.before-restore-20260102030405`);
  assert.equal(await readFile(join(movedTo, 'newer'), 'utf8'), 'x');
  assert.equal((await readdir(paths.dataRoot)).includes('newer'), false);
});

test('while a server holds the data root nothing is restored, force or not', async (t) => {
  const { paths, write, restore } = await scratch(t);
  await write();
  await using kernel = await createKernel();
  await using _lock = await kernel.flock(paths.lock);
  await assert.rejects(restore(true), refused('in_use', /stop it first/));
});

const DAMAGE: [string, (bytes: Buffer) => Buffer, RegExp][] = [
  [
    'a flipped bit',
    (bytes) => Buffer.from(bytes.map((byte, i) => (i === HEADER_BYTES + 700 ? byte ^ 1 : byte))),
    /other bytes/,
  ],
  ['a cut end', (bytes) => bytes.subarray(0, bytes.length - 512), /instead of/],
  ['something at its end', (bytes) => Buffer.concat([bytes, Buffer.from('x')]), /instead of/],
  ['another kind of file', () => Buffer.alloc(10_000, 'x'), /is no backup/],
  ['nothing in it', () => Buffer.alloc(0), /is no backup/],
];

for (const [name, change, said] of DAMAGE) {
  test(`a backup with ${name} is refused before anything is touched`, async (t) => {
    const { folder, paths, file, write, restore } = await scratch(t);
    await write();
    await writeFile(file, change(await readFile(file)));
    const before = await readdir(paths.dataRoot);
    await assert.rejects(restore(true), refused('data_corrupt', said));
    assert.deepEqual(await readdir(paths.dataRoot), before);
    assert.deepEqual((await readdir(folder)).sort(), ['backup.davit', 'data']);
  });
}

test('an archive that names anything but what a backup holds is refused, whatever its digest', async (t) => {
  const { folder, file, write, restore } = await scratch(t);
  await writeFile(join(folder, 'evil'), 'x');
  const { createHash } = await import('node:crypto');
  const { writeHeader } = await import('./backup-header.ts');
  for (const names of [
    ['evil'],
    ['--transform=s,evil,tls/../../../evil,', 'evil'],
    ['--transform=s,evil,/tmp/evil,', 'evil'],
  ]) {
    await rm(file, { force: true });
    await write();
    const { stdout } = await run('tar', ['-c', '-P', '-C', folder, ...names], { encoding: 'buffer' });
    await writeFile(file, Buffer.concat([Buffer.alloc(HEADER_BYTES), stdout]));
    const sha256 = createHash('sha256').update(stdout).digest('hex');
    {
      await using handle = await open(file, 'r+');
      await writeHeader(handle, { release: '0', createdAt: now, parts: [], sizeBytes: stdout.length, sha256 });
    }
    await assert.rejects(restore(true), refused('data_corrupt', /which no backup does/));
  }
  assert.deepEqual((await readdir(folder)).sort(), ['backup.davit', 'data', 'evil']);
});

test('records that cannot be used leave the data root as it was', async (t) => {
  const { folder, paths, write, restore } = await scratch(t);
  await write();
  await writeFile(join(paths.dataRoot, 'newer'), 'x');
  await assert.rejects(
    restore(true, () => Promise.reject(new Error('of a newer release'))),
    /newer release/,
  );
  assert.equal(await readFile(join(paths.dataRoot, 'newer'), 'utf8'), 'x');
  assert.deepEqual((await readdir(folder)).sort(), ['backup.davit', 'data']);
});
