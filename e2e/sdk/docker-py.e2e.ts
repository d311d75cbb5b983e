// docker-py, the library of Python programs and of the old Compose, against a running Davit.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startSdkServer } from './server.ts';

const PROGRAM = join(import.meta.dirname, 'docker_py.py');

/** Interpreters of this host that have the library, one for each of its versions. */
const found = new Map(
  ['python3', '/usr/bin/python3'].flatMap((python): [string, string][] => {
    const { status, stdout } = spawnSync(python, ['-c', 'import docker; print(docker.__version__)'], {
      encoding: 'utf8',
    });
    return status === 0 ? [[stdout.trim(), python]] : [];
  }),
);

const LONG = { timeout: 120_000, skip: found.size === 0 ? 'no Python of this host has the library docker' : false };

test('docker-py does what its users do', LONG, async (t) => {
  await using server = await startSdkServer();
  for (const [version, python] of found) {
    await t.test(`version ${version}`, async () => {
      const env = { ...process.env, DOCKER_HOST: `unix://${server.socketPath}` };
      const { stdout } = await promisify(execFile)(python, [PROGRAM], { env, timeout: 100_000 });
      assert.equal(stdout.trim().split('\n').at(-1), 'all is well', stdout);
    });
  }
});
