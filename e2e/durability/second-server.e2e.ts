// A second server on a data root that one uses already, and roots that cannot be: each ends with a sentence.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { startDavit, untilStarted } from '../davit-process.ts';
import { freePort } from '../free-port.ts';

const ROOT = join(import.meta.dirname, '../..');

async function upWith(flags: readonly string[]): Promise<{ code: number | null; errors: string }> {
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(process.execPath, ['server/main.ts', ...flags, '--listen', listen], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  using _ended = { [Symbol.dispose]: () => void child.kill('SIGKILL') };
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
  return { code, errors };
}

test('a second server on the same data root ends with code 1 and says who uses it; the first goes on', {
  timeout: 90_000,
}, async () => {
  await using davit = await startDavit();
  await untilStarted(davit);
  const flags = ['--data-root', davit.dataRoot, '--run-root', `${davit.runRoot}-2`, '--instance', 'second'];
  const { code, errors } = await upWith(flags);
  assert.equal(code, 1, errors);
  assert.match(
    errors,
    new RegExp(`^davit up: Another Davit .*uses this data folder: ${davit.dataRoot}/lock is locked$`, 'm'),
  );
  assert.equal((await fetch(`${davit.url}/healthz`)).status, 200);
  assert.equal(davit.exitCode(), undefined);
});

for (const flag of ['--data-root', '--run-root']) {
  test(`${flag} where no folder can be made is refused at once`, { timeout: 60_000 }, async () => {
    const other = flag === '--data-root' ? [] : ['--data-root', '/dev/shm'];
    const { code, errors } = await upWith([...other, flag, '/proc/davit', '--instance', 'nowhere']);
    assert.equal(code, 1, errors);
    assert.match(
      errors,
      new RegExp(`^davit up: The folder of ${flag} cannot be made or written to: /proc/davit \\(ENOENT\\)`, 'm'),
    );
  });
}
