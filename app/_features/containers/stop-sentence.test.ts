import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endedBy, stopSentence } from './stop-sentence.ts';

test('each reason has its sentence with what it needs', () => {
  assert.equal(stopSentence(undefined), undefined);
  assert.deepEqual(stopSentence({ kind: 'oom', limitBytes: 512 * 1024 ** 2, exitCode: 137 }), {
    key: 'oom',
    values: { exitCode: 137, limit: '512\u00a0MiB' },
  });
  assert.deepEqual(stopSentence({ kind: 'stopped', by: 'anna', exitCode: 143, signal: 15 }), {
    key: 'stopped_by',
    values: { exitCode: 143, by: 'anna' },
  });
  assert.deepEqual(stopSentence({ kind: 'crashed', exitCode: 139, signal: 11, lastErrorLine: undefined }), {
    key: 'killed',
    values: { exitCode: 139, signal: 'SIGSEGV' },
  });
  assert.equal(stopSentence({ kind: 'stopped', by: undefined, exitCode: 0, signal: undefined })?.key, 'stopped');
});

test('who ended it is the kernel, a person with a name, or not known', () => {
  assert.equal(endedBy({ kind: 'oom', limitBytes: undefined, exitCode: 137 })?.key, 'endedByKernel');
  assert.deepEqual(endedBy({ kind: 'stopped', by: 'anna', exitCode: 143, signal: 15 }), {
    key: 'endedBy',
    values: { who: 'anna' },
  });
  assert.equal(endedBy({ kind: 'stopped', by: undefined, exitCode: 0, signal: undefined }), undefined);
  assert.equal(endedBy({ kind: 'exited', exitCode: 0 }), undefined);
});
