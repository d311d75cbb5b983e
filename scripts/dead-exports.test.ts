import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDeadExports } from './dead-exports.ts';

function deadOf(files: Record<string, string>): string[] {
  return findDeadExports(Object.entries(files).map(([path, source]) => ({ path, source })));
}

test('a name that a barrel passes on is dead until somebody imports it there', () => {
  const files = {
    'engine/a/a.ts': 'export const used = 1; export function unused() {} export interface Shape { a: number }',
    'engine/a/index.ts': "export { used, unused, type Shape } from './a.ts';",
    'engine/b/b.ts': "import { used } from '#engine/a/index.ts'; used;",
  };
  assert.deepEqual(deadOf(files), [
    'engine/a/a.ts: unused',
    'engine/a/a.ts: Shape',
    'engine/a/index.ts: unused',
    'engine/a/index.ts: Shape',
  ]);
});

test('stars, renamed names, namespaces and dynamic imports are followed', () => {
  const files = {
    'engine/a/a.ts': 'export const one = 1; export const two = 2; export const three = 3;',
    'engine/a/index.ts': "export * from './a.ts';",
    'engine/index.ts': "export { one as first } from './a/index.ts'; export * from './a/index.ts';",
    'server/s.ts': "import { first, two } from '#engine/index.ts';",
    'engine/n/n.ts': 'export const inside = 1;',
    'server/n.ts': "import * as n from '#engine/n/n.ts'; const late = await import('./late.ts');",
    'server/late.ts': 'export const start = 1;',
  };
  assert.deepEqual(deadOf(files), ['engine/a/a.ts: three']);
});

test('the same word in another module is no use of this one', () => {
  assert.deepEqual(deadOf({ 'server/a.ts': 'export const stop = 1;', 'server/b.ts': 'const stop = 2; stop;' }), [
    'server/a.ts: stop',
  ]);
});

test('a test may import what its module needs itself, but does not keep code alive', () => {
  const files = {
    'server/a.ts': 'export function part() {} /** whole: see whole */ export function whole() { part(); }',
    'server/a.test.ts': "import { part, whole } from './a.ts'; part(); whole();",
    'engine/testing/fake-a.ts': 'export const fake = 1;',
    'server/b.test.ts': "import { fake } from '#engine/testing/fake-a.ts'; fake;",
  };
  assert.deepEqual(deadOf(files), ['server/a.ts: whole']);
});

test('names that Next calls are no dead exports', () => {
  assert.deepEqual(deadOf({ 'app/(x)/page.tsx': 'export const metadata = {}; export default function Page() {}' }), []);
});

test('a file that does not parse is an error by name', () => {
  assert.throws(() => deadOf({ 'server/a.ts': 'export const = 1' }), /server\/a\.ts/);
});
