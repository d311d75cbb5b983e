import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closingText } from './closing.ts';

test('each failure is told with its place and the first lines of its error', () => {
  const error = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`).join('\n\n');
  const text = closingText([{ suite: 'e2e', file: 'e2e/ui/a.spec.ts', name: 'it works', error }], []);
  assert.match(text, /^\nFAILED e2e: e2e\/ui\/a\.spec\.ts: it works\n {4}line 1\n {4}line 2\n/);
  assert.match(text, / {4}line 15\n {4}\(5 more lines above\)$/);
});

test('of a stack, what belongs to the runner is left out', () => {
  const error =
    'Error: no\n    at TestContext.<anonymous> (file:///a.ts:1:1)\n    at Test.run (node:internal/test_runner/test:1:1)';
  const text = closingText([{ suite: 'unit', file: 'a.test.ts', name: 'it works', error }], []);
  assert.match(text, /a\.ts:1:1\)$/);
});

test('what was unsteady is told apart from what failed', () => {
  const text = closingText([], [{ suite: 'unit', file: 'a.test.ts', name: 'it waits', error: 'too late' }]);
  assert.match(text, /^\nunsteady: a\.test\.ts: it waits\n {4}too late\n/);
  assert.doesNotMatch(text, /FAILED/);
});

test('there is nothing to tell where all passed', () => {
  assert.equal(closingText([], []), '');
});
