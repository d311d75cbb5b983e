import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { EngineError, isEngineError } from '../errors/index.ts';
import { lookUpUser, resolveUser } from './user.ts';

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\nbad line\n';
const GROUP = 'root:x:0:\napp:x:1000:\nvideo:x:44:app,other\nwheel:x:10:root\n';
const look = (user: string) => lookUpUser(user, PASSWD, GROUP);

test('users and groups by name and number', () => {
  assert.deepEqual(look(''), { uid: 0, gid: 0, additionalGids: [0, 10] });
  assert.deepEqual(look('app'), { uid: 1000, gid: 1000, additionalGids: [1000, 44] });
  assert.deepEqual(look('1000'), look('app'));
  assert.deepEqual(look('4242'), { uid: 4242, gid: 0, additionalGids: [0] });
  assert.deepEqual(look('app:video'), { uid: 1000, gid: 44, additionalGids: [44] });
  assert.deepEqual(look('7:8'), { uid: 7, gid: 8, additionalGids: [8] });
  assert.deepEqual(lookUpUser('', '', ''), { uid: 0, gid: 0, additionalGids: [0] });
});

test('unknown names and numbers out of range are refused', () => {
  const says = (text: string) => (error: unknown) => isEngineError(error, 'invalid_argument') && error.message === text;
  assert.throws(() => look('nouser'), says('unable to find user nouser: no matching entries in passwd file'));
  assert.throws(() => look('app:nogroup'), says('unable to find group nogroup: no matching entries in group file'));
  assert.throws(() => look('4294967296'), says('uids and gids must be in range 0-2147483647'));
});

test('a FIFO or a huge file in place of passwd is refused at once', async () => {
  const root = await mkdtemp(join(tmpdir(), 'davit-user-'));
  try {
    await mkdir(join(root, 'etc'));
    const kernel = {
      openInRoot: async (base: string, path: string, opts: { flags?: number } = {}) => {
        try {
          return openSync(join(base, path), opts.flags ?? 0);
        } catch (cause) {
          throw new EngineError('not_found', `${path} is missing`, {}, { cause });
        }
      },
    };
    assert.deepEqual(await resolveUser(kernel, root, ''), { uid: 0, gid: 0, additionalGids: [0] });
    await writeFile(join(root, 'etc/passwd'), PASSWD);
    assert.equal((await resolveUser(kernel, root, 'app')).uid, 1000);
    await truncate(join(root, 'etc/passwd'), 2 * 1024 * 1024);
    await assert.rejects(resolveUser(kernel, root, 'app'), /is larger than 1048576 bytes/);
    await rm(join(root, 'etc/passwd'));
    execFileSync('mkfifo', [join(root, 'etc/passwd')]);
    await assert.rejects(resolveUser(kernel, root, 'app'), /is not a regular file/);
  } finally {
    await rm(root, { recursive: true });
  }
});
