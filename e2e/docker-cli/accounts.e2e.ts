// The unix socket and the accounts of the host: who may open it, and as whom.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtempDisposable, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { startDavit, withView } from '../davit-process.ts';
import { withoutDocker } from './client.ts';

const run = promisify(execFile);
const LONG = { timeout: 120_000, skip: withoutDocker };
// Numbers that no account of a host under test is likely to have; they exist in a private copy of its files only.
const GROUP = 64_151;
const DORA = 64_152;
const NOBODY_HERE = 64_153;

let davit: Awaited<ReturnType<typeof startDavit>>;
let socket: string;
let view: { covered: Record<string, string> };
const stack = new AsyncDisposableStack();

before(
  async () => {
    if (withoutDocker !== undefined) return;
    const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'davit-accounts-')));
    const copy = async (path: string, change: (text: string) => string) => {
      const shown = join(folder.path, path.replaceAll('/', '_'));
      await writeFile(shown, change(await readFile(path, 'utf8')));
      await chmod(shown, 0o644);
      return shown;
    };
    const others = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('davit:'));
    view = {
      covered: {
        '/etc/group': await copy('/etc/group', (text) => `${[...others(text), `davit:x:${GROUP}:`].join('\n')}\n`),
        '/etc/passwd': await copy('/etc/passwd', (text) => {
          const account = (name: string, uid: number) => `${name}:x:${uid}:${uid}::/nonexistent:/bin/false`;
          return `${[...others(text), account('dora', DORA), account('stranger', NOBODY_HERE)].join('\n')}\n`;
        }),
      },
    };
    davit = stack.use(await startDavit({ view }));
    socket = join(davit.runRoot, 'docker.sock');
    // The test's own folder is root's alone; a real run root lies below /run.
    await chmod(join(davit.runRoot, '..'), 0o711);
    await davit.admin(['create-user', 'dora', '--role', 'developer', '--password-stdin'], 'correct horse battery');
  },
  { timeout: 120_000 },
);

after(() => stack.disposeAsync());

/** As an account of the host: its number, and whether it is in the group. */
async function as(uid: number, inGroup: boolean, args: string[]): Promise<{ code: number; out: string }> {
  const groups = inGroup ? ['--groups', String(GROUP)] : ['--clear-groups'];
  const who = ['setpriv', '--reuid', String(uid), '--regid', String(uid), ...groups];
  const [program, words] = withView(view, [...who, 'docker', '-H', `unix://${socket}`, ...args]);
  const env = { ...process.env, HOME: '/nonexistent', DOCKER_CONFIG: '/nonexistent' };
  return run(program, words, { env }).then(
    ({ stdout }) => ({ code: 0, out: stdout.trim() }),
    (error: { code: number; stderr: string }) => ({ code: error.code, out: error.stderr.trim() }),
  );
}

test('the socket is the group’s, and its folder lets the group through', LONG, async () => {
  const file = await stat(socket);
  assert.deepEqual([file.isSocket(), file.mode & 0o777, file.uid, file.gid], [true, 0o660, 0, GROUP]);
  const folder = await stat(davit.runRoot);
  assert.deepEqual([folder.mode & 0o777, folder.gid], [0o710, GROUP]);
  const other = await stat(davit.dataRoot);
  assert.equal(other.mode & 0o077, 0, 'what it keeps is nobody else’s');
});

test('an account in the group is the user of its name; outside of it the socket does not open', LONG, async () => {
  const made = await as(DORA, true, ['volume', 'create', 'hers']);
  assert.deepEqual(made, { code: 0, out: 'hers' });
  const shut = await as(DORA, false, ['volume', 'ls']);
  assert.equal(shut.code, 1);
  assert.match(shut.out, /permission denied/);
  const unknown = await as(NOBODY_HERE, true, ['volume', 'ls']);
  assert.equal(unknown.code, 1);
  assert.match(unknown.out, /the account stranger of this host is no user of Davit/);
  const root = await run('docker', ['-H', `unix://${socket}`, 'volume', 'create', 'roots']);
  assert.equal(root.stdout.trim(), 'roots');
  assert.match((await as(DORA, true, ['volume', 'rm', 'roots'])).out, /volume:remove/);
});

test('the audit log names the account’s user, for what was allowed and what was not', LONG, async () => {
  const db = new Database(join(davit.dataRoot, 'davit.db'), { readonly: true });
  const rows = db
    .prepare(
      "select actorName, action, result, objectName, address from AuditRow where action like 'volume.%' order by seq",
    )
    .raw()
    .all();
  db.close();
  assert.deepEqual(rows, [
    ['dora', 'volume.create', 'allowed', null, 'unix'],
    ['root', 'volume.create', 'allowed', null, 'unix'],
    ['dora', 'volume.remove', 'denied', 'roots', 'unix'],
  ]);
});
