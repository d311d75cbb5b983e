// The way in: setup code, first owner, users from the command line, backup and restore, on a real server.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { createApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit, untilStarted } from '../davit-process.ts';

const PASSWORD = 'a long enough passphrase';

/** What a setup with this code is answered, and the client that it signed in. */
async function trySetup(davit: DavitProcess, code: string) {
  const api = createApiClient(davit.url);
  try {
    await api.trpc.session.setup.mutate({ code, name: 'ann', password: PASSWORD });
    return { status: 200, api };
  } catch (error) {
    return { status: (error as { data?: { httpStatus?: number } }).data?.httpStatus, api };
  }
}

test('one code lets one owner in; no restart, no second code and no second try opens another way', async () => {
  await using davit = await startDavit();
  const file = join(davit.dataRoot, 'setup-code');
  const code = await davit.admin(['setup-code']);
  assert.equal((await readFile(file, 'utf8')).trim(), code);
  assert.doesNotMatch(davit.output(), new RegExp(code), 'the code is not in the log');
  assert.equal((await trySetup(davit, 'aaaa-bbbb')).status, 401);

  await davit.kill();
  assert.equal(await davit.admin(['setup-code']), code, 'the same without a server');
  await davit.start();
  assert.equal((await readFile(file, 'utf8')).trim(), code);
  assert.equal((await trySetup(davit, 'aaaa-bbbb')).status, 401);
  assert.equal((await trySetup(davit, code)).status, 200);

  assert.equal((await trySetup(davit, code)).status, 404);
  assert.equal(existsSync(file), false);
  await davit.kill();
  await davit.start();
  assert.equal((await trySetup(davit, code)).status, 404);
  assert.equal(existsSync(file), false);
  await assert.rejects(davit.admin(['setup-code']), /set up already/);
});

test('users of the command line come and go while the server runs, and a failed sign-in is written down by name', async () => {
  await using davit = await startDavit();
  await davit.admin(['create-user', 'bob', '--role', 'developer', '--password-stdin'], PASSWORD);
  const bob = createApiClient(davit.url);
  await bob.trpc.session.signIn.mutate({ name: 'bob', password: PASSWORD });
  const refused = (status: number) => (error: unknown) =>
    (error as { data?: { httpStatus?: number } }).data?.httpStatus === status;
  const wrong = { name: 'bób or 1=1', password: 'not the password' };
  await assert.rejects(createApiClient(davit.url).trpc.session.signIn.mutate(wrong), refused(401));
  {
    using db = new ClosingDatabase(join(davit.dataRoot, 'davit.db'));
    const rows = db.all("SELECT actorId, actorName, address FROM AuditRow WHERE result = 'failed'");
    assert.deepEqual(rows, [{ actorId: null, actorName: wrong.name, address: '127.0.0.1' }]);
  }
  await davit.admin(['disable-user', 'bob']);
  await assert.rejects(bob.trpc.session.listSessions.query({}), refused(401));
  await assert.rejects(bob.trpc.session.signIn.mutate({ name: 'bob', password: PASSWORD }), refused(401));
  await davit.admin(['enable-user', 'bob']);
  await bob.trpc.session.signIn.mutate({ name: 'bob', password: PASSWORD });
});

test('a backup of a running server, restored under it only when it has stopped, brings its people back', async () => {
  await using davit = await startDavit();
  await trySetup(davit, await davit.admin(['setup-code']));
  const file = join(dirname(davit.dataRoot), 'backup');
  await davit.admin(['backup', file, '--with-images', '--with-volumes']);
  await davit.admin(['create-user', 'late', '--role', 'viewer', '--password-stdin'], PASSWORD);
  await untilStarted(davit);
  await assert.rejects(davit.admin(['restore', file, '--force']), /stop it first/);
  await davit.kill();
  await assert.rejects(davit.admin(['restore', file]), /not empty/);
  await davit.admin(['restore', file, '--force']);
  await davit.start();
  await untilStarted(davit);
  const signIn = (name: string) => createApiClient(davit.url).trpc.session.signIn.mutate({ name, password: PASSWORD });
  assert.equal((await signIn('ann')).user.role, 'owner');
  await assert.rejects(signIn('late'), /Name or password is wrong/);
  assert.equal(await davit.admin(['verify']), '');
});

class ClosingDatabase {
  readonly #db: Sqlite.Database;

  constructor(file: string) {
    this.#db = new Sqlite(file, { readonly: true });
  }

  all(sql: string): unknown[] {
    return this.#db.prepare(sql).all();
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}
