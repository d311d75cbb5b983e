import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDeadExports } from './dead-exports.ts';

test('an export that only its declaration and a barrel name is dead, a used one is not', () => {
  const files = [
    { path: 'engine/a/a.ts', source: 'export const used = 1; export function unused() {} export type Shape = number;' },
    { path: 'engine/a/index.ts', source: "export { used, unused } from './a.ts';" },
    { path: 'engine/b/b.ts', source: "import { used } from '../a/index.ts'; export { used as again };" },
    { path: 'engine/c/c.ts', source: 'again();' },
  ];
  assert.deepEqual(findDeadExports(files), ['engine/a/a.ts: unused']);
});
