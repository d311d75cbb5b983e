import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertNotLocked, findHolder } from './data-root-lock.ts';

const LOCKS = `1: POSIX  ADVISORY  WRITE 11 08:01:77 0 EOF
2: -> FLOCK  ADVISORY  WRITE 12 08:01:77 0 EOF
3: FLOCK  ADVISORY  WRITE 13 08:01:77 0 EOF
4: FLOCK  ADVISORY  WRITE 14 fe:0a:78 0 EOF
`;

test('the holder of a lock is found by its file, not by another kind of lock nor by who waits', () => {
  assert.deepEqual(
    ['08:01:77', 'fe:0a:78', '08:01:7'].map((file) => findHolder(LOCKS, file)),
    [13, 14, undefined],
  );
});

test('a lock that somebody holds is told with who it is; one that nobody holds or that is not there is none', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-lock-'));
  const path = join(folder.path, 'lock');
  await assertNotLocked(path);
  await writeFile(path, '');
  await assertNotLocked(path);
  // The shell keeps the lock on its own descriptor: it is the process to be named.
  const holder = spawn('flock', ['--no-fork', path, 'sh', '-c', 'echo held; read line'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  await assert.rejects(assertNotLocked(path), {
    code: 'unavailable',
    details: { reason: 'data_root_locked', path, pid: holder.pid },
  });
  holder.stdin.end('\n');
  await once(holder, 'exit');
  await assertNotLocked(path);
});
