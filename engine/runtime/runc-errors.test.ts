import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startError } from './runc-errors.ts';

const prefix = 'runc run failed: unable to start container process: ';
const cases = [
  ['exec: "nosuch": executable file not found in $PATH', 'invalid_argument', 127],
  ['exec: "/nosuch": stat /nosuch: no such file or directory', 'invalid_argument', 127],
  ['exec: "/etc/passwd": permission denied', 'invalid_argument', 126],
  ['exec: "/etc": is a directory: unknown', 'invalid_argument', 126],
  ['error mounting "/gone" to rootfs at "/x": stat /gone: no such file or directory', 'unavailable', 128],
] as const;

for (const [text, code, exitCode] of cases) {
  test(`start: ${text}`, () => {
    const error = startError('start', `${prefix}${text}\n`);
    assert.equal(error.code, code);
    assert.equal(error.details['exitCode'], exitCode);
    assert.equal(
      error.message,
      'failed to create task for container: failed to create shim task: OCI runtime create failed: ' +
        `runc create failed: unable to start container process: ${text}`,
    );
  });
}

const ofCrun = [
  [
    'executable file `nosuch` not found in $PATH: No such file or directory',
    'nosuch',
    'executable file not found in $PATH',
    127,
  ],
  [
    'executable file `/nosuch` not found: No such file or directory',
    '/nosuch',
    'stat /nosuch: no such file or directory',
    127,
  ],
  [
    'executable file `/nosuch` not found in $PATH: No such file or directory',
    '/nosuch',
    'stat /nosuch: no such file or directory',
    127,
  ],
  ['open executable: Permission denied', '/etc/hosts', 'permission denied', 126],
  ['open executable: Operation not permitted', '/bin', 'permission denied', 126],
  ['exec /x: Exec format error', '/x', undefined, 128],
] as const;

for (const [said, command, why, exitCode] of ofCrun) {
  test(`crun: ${said}`, () => {
    const error = startError('exec', `${said}\n`, command);
    assert.equal(error.details['exitCode'], exitCode);
    const told =
      why === undefined ? said : `exec failed: unable to start container process: exec: "${command}": ${why}`;
    assert.equal(error.message, `OCI runtime exec failed: ${told}`);
  });
}

test('a log line is read like plain text', () => {
  const line =
    'time="2026-01-01T00:00:00Z" level=error msg="exec failed: unable to start: exec: \\"no\\": executable file not found in $PATH"';
  const error = startError('exec', line);
  assert.equal(
    error.message,
    'OCI runtime exec failed: exec failed: unable to start: exec: "no": executable file not found in $PATH',
  );
  assert.equal(error.details['exitCode'], 127);
});

test('exec in a paused container is a conflict, silence is a timeout', () => {
  assert.equal(
    startError('exec', 'cannot exec in a paused container (use --ignore-paused to override)').code,
    'conflict',
  );
  assert.equal(startError('start', 'shim: timeout: the runtime did not answer').details.reason, 'runtime_timeout');
});

test('a working directory that is not there is told in the words of runc, as a command that is not found', () => {
  const error = startError('exec', 'chdir `/nope`: No such file or directory', 'true');
  assert.deepEqual(
    [error.message, error.details['exitCode']],
    [
      'OCI runtime exec failed: exec failed: unable to start container process: chdir to cwd ("/nope") set in config.json failed: no such file or directory',
      127,
    ],
  );
});

test('what is missing is told apart: the command by its name, or the folder it was to run in', () => {
  const missing = startError('start', `${prefix}exec: "nosuch": executable file not found in $PATH`, 'nosuch');
  assert.deepEqual([missing.details['reason'], missing.details['command']], ['command_not_found', 'nosuch']);
  const folder = startError('start', 'chdir `/gone`: No such file or directory', 'sh');
  assert.deepEqual([folder.details['reason'], folder.details['exitCode']], ['working_folder_refused', 127]);
});
