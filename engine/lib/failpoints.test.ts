import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { afterEach, test } from 'node:test';
import { armFailpoints, failpoint } from './failpoints.ts';

afterEach(() => armFailpoints(''));

test('an error is thrown as often as the count says, at its own place only', async () => {
  const armed = armFailpoints('create.row=2*error(ENOSPC); start.task=delay(1)');
  await failpoint('create.layer');
  await assert.rejects(failpoint('create.row'), { code: 'ENOSPC', message: 'ENOSPC: failpoint create.row' });
  assert.equal(armed.get('create.row')?.left, 1);
  await assert.rejects(failpoint('create.row'));
  await failpoint('create.row');
  await failpoint('start.task');
  assert.equal(armed.get('create.layer'), undefined);
});

test('exit kills the process with nothing run after it', () => {
  const module = new URL('failpoints.ts', import.meta.url).href;
  const script = `import { armFailpoints, failpoint } from '${module}';
    process.on('exit', () => console.log('ran'));
    armFailpoints('exit.saved=1*exit'); await failpoint('exit.saved'); console.log('ran');`;
  const { signal, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.deepEqual([signal, stdout], ['SIGKILL', '']);
});

for (const [text, why] of [
  ['create.rwo=exit', 'there is no failpoint "create.rwo"'],
  ['create.row=explode', '"explode" is none of exit, error(CODE), delay(ms)'],
  ['create.row', 'there is no failpoint ""'],
] as const) {
  test(`"${text}" is refused`, () => {
    assert.throws(() => armFailpoints(text), {
      code: 'invalid_argument',
      message: `DAVIT_FAILPOINT: cannot read "${text}": ${why}`,
    });
  });
}
