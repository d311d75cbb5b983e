import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { silentLogger as log } from '#engine/lib/index.ts';
import { createAuth } from '../auth/index.ts';
import { keepCopies, openDatabase } from '../db/index.ts';

const password = 'correct horse battery';
const client = { address: '192.0.2.1', userAgent: 'test' };

async function scratch(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'davit-admin-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const dataRoot = join(folder, 'data');
  const flags = ['--data-root', dataRoot, '--run-root', join(folder, 'run'), '--instance', 'adm'];
  const run = async (args: readonly string[], input = '') => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args, ...flags], {
      env: { NODE_ENV: 'test', NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
    });
    const ended = once(child, 'close');
    child.stdin.end(input);
    const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await ended;
    return { code: Number(code), out, errors };
  };
  return { dataRoot, run, file: join(dataRoot, 'davit.db') };
}

test('the printed setup code lets the first owner in', async (t) => {
  const { run, file } = await scratch(t);
  const { code, out } = await run(['setup-code']);
  assert.equal(code, 0);
  await using database = await openDatabase({ file, log });
  const auth = createAuth({ db: database.db, databaseFile: file });
  const { user } = await auth.setUp({ code: out.trim(), name: 'ann', password }, client);
  assert.equal(user.role, 'owner');
  const again = await run(['setup-code']);
  assert.deepEqual([again.code, again.out], [1, '']);
  assert.match(again.errors, /set up already/);
});

test('users are made and passwords reset from standard input', async (t) => {
  const { run, file } = await scratch(t);
  const create = ['create-user', 'bob', '--role', 'developer', '--password-stdin'];
  assert.equal((await run(create, `${password}\n`)).code, 0);
  const twice = await run(create, password);
  assert.equal(twice.code, 1);
  assert.match(twice.errors, /already/);
  assert.equal((await run(['reset-password', 'bob', '--password-stdin'], 'another long sentence\n')).code, 0);
  assert.equal((await run(['reset-password', 'nobody', '--password-stdin'], password)).code, 1);
  await using database = await openDatabase({ file, log });
  const auth = createAuth({ db: database.db, databaseFile: file });
  const { user } = await auth.signIn({ name: 'bob', password: 'another long sentence' }, client);
  assert.equal(user.role, 'developer');
  assert.equal(await auth.needsSetup(), true);
  const rows = await database.db.auditRow.findMany({ orderBy: { seq: 'asc' } });
  assert.deepEqual(
    rows.map(({ action, result }) => `${action} ${result}`),
    [
      'admin.create-user allowed',
      'admin.create-user allowed',
      'admin.create-user failed',
      'admin.reset-password allowed',
      'admin.reset-password allowed',
      'admin.reset-password failed',
    ],
  );
});

test('damaged records are refused, and recover puts the last good copy in their place', async (t) => {
  const { run, file } = await scratch(t);
  {
    await using database = await openDatabase({ file, log });
    const auth = createAuth({ db: database.db, databaseFile: file });
    await auth.createUser({ name: 'bob', role: 'developer', password });
    await keepCopies(file, log)[Symbol.asyncDispose]();
  }
  const whole = await run(['recover']);
  assert.deepEqual([whole.code, whole.errors.includes('--force')], [1, true]);
  await truncate(file, 5 * 4096);
  const refused = await run(['setup-code']);
  assert.equal(refused.code, 1);
  assert.match(refused.errors, /are damaged .* with \.\/davit admin recover/);
  const { code, errors } = await run(['recover']);
  assert.equal(code, 0, errors);
  assert.match(errors, /the records are those of \d{4}-/);
  assert.equal((await readdir(dirname(file))).filter((name) => name.startsWith('davit.db.damaged-')).length >= 1, true);
  await using database = await openDatabase({ file, log });
  assert.equal(await database.db.user.count(), 1);
  const rows = await database.db.auditRow.findMany();
  assert.deepEqual(
    rows.map(({ action, result }) => `${action} ${result}`),
    ['admin.recover allowed'],
  );
});

test('verify finds a damaged blob, a missing folder and a changed audit row', async (t) => {
  const { run, file, dataRoot } = await scratch(t);
  await run(['create-user', 'bob', '--role', 'viewer', '--password-stdin'], password);
  assert.deepEqual(await run(['verify']).then(({ code, out }) => [code, out]), [0, '']);
  const blobs = join(dataRoot, 'content', 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  await writeFile(join(blobs, 'a'.repeat(64)), 'other bytes');
  {
    await using database = await openDatabase({ file, log });
    const plain = { driver: 'local', state: 'ready', anonymous: false, labelsJson: '{}', optionsJson: '{}' };
    await database.db.volume.create({ data: { ...plain, name: 'lost', createdAt: new Date(0) } });
    await database.db.auditRow.updateMany({ data: { actorName: 'somebody else' } });
  }
  const strays = join(dataRoot, '..', 'run', 'netns');
  await mkdir(strays, { recursive: true });
  await writeFile(join(strays, 'stray'), '');
  const { code, out } = await run(['verify']);
  assert.equal(code, 1);
  const problems = [
    /^audit log: row 1 /,
    /^blob sha256:a+: /,
    /^network namespace \S+stray belongs to /,
    /^volume lost: /,
  ];
  const lines = out.trimEnd().split('\n');
  assert.equal(lines.length, problems.length, out);
  // What, where, and what to do.
  for (const [at, problem] of problems.entries()) assert.match(lines[at] ?? '', new RegExp(`${problem.source}.*; \\S`));
});

const WRONG: string[][] = [
  [],
  ['fly'],
  ['create-user', 'bob', '--password-stdin'],
  ['create-user', 'bob', '--role', 'king', '--password-stdin'],
  ['create-user', 'bob', '--role', 'viewer'],
  ['reset-password', '--password-stdin'],
  ['setup-code', 'extra'],
  ['verify', '--colour'],
  ['set-role', 'bob'],
  ['backup'],
  ['backup', 'a', '--force'],
  ['restore', 'a', '--with-images'],
  ['set-role', 'bob', '--role', 'king'],
  ['disable-user'],
  ['disable-user', 'bob', '--role', 'viewer'],
];

test('a wrong line ends with 2 and touches nothing; help ends with 0', async (t) => {
  const { run } = await scratch(t);
  const results = await Promise.all(WRONG.map((args) => run(args, password)));
  assert.deepEqual(
    results.map(({ code, out }) => [code, out]),
    WRONG.map(() => [2, '']),
  );
  const { code, out } = await run(['--help']);
  assert.equal(code, 0);
  assert.match(out, /^usage: /);
});
