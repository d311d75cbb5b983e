import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Progress } from './op-options.ts';
import { openStep, type Step } from './step.ts';

const layer = { id: 'a', kind: 'unpack', name: 'layer a' } as const;

test('a part tells that it begins, how far it is, and its bytes at the end; its progress is that of the task', () => {
  const steps: Step[] = [];
  const heard: Progress[] = [];
  const step = openStep({ onStep: (one) => steps.push(one), onProgress: (one) => heard.push(one) }, layer);
  step.progress({ doneBytes: 3, totalBytes: 9, step: 'etc/passwd' });
  step.end();
  assert.deepEqual(steps, [
    { ...layer, state: 'running' },
    { ...layer, state: 'running', doneBytes: 3, totalBytes: 9 },
    { ...layer, state: 'done', doneBytes: 3, totalBytes: 9 },
  ]);
  assert.deepEqual(heard, [{ doneBytes: 3, totalBytes: 9, step: 'etc/passwd' }]);
});

test('a part that was here says so with its size, and nobody has to listen', () => {
  const steps: Step[] = [];
  openStep({ onStep: (one) => steps.push(one) }, layer).end('present', 12);
  assert.deepEqual(steps.at(-1), { ...layer, state: 'present', doneBytes: 12 });
  const unheard = openStep({}, layer);
  unheard.progress({ doneBytes: 1 });
  unheard.end();
});
