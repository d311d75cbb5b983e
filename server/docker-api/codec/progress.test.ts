import assert from 'node:assert/strict';
import { test } from 'node:test';
import { golden } from './golden.ts';
import { errorLine, type ProgressLine, progressLine } from './progress.ts';

for (const name of ['image-pull', 'image-push']) {
  test(`steps look as dockerd sends them (${name})`, async () => {
    const steps = (await golden<ProgressLine[]>(name)).filter((line) => line.progress !== undefined);
    assert.ok(steps.length > 0);
    for (const step of steps) {
      const { id = '', status = '', progressDetail: { current = 0, total } = {} } = step;
      assert.deepEqual(progressLine(id, status, current, total), step);
    }
  });
}

test('without a known end only what was done is told', () => {
  const { progress, progressDetail } = progressLine('x', 'Loading layer', 2_140_160, undefined);
  assert.deepEqual([progress, progressDetail], ['  2.14MB', { current: 2_140_160 }]);
});

test('an error carries its message twice, for old and new clients', () => {
  assert.deepEqual(errorLine('no space', 7), { errorDetail: { code: 7, message: 'no space' }, error: 'no space' });
});
