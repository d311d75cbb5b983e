import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathMatch } from './path-match.ts';

for (const [pattern, text, expected] of [
  ['busybox', 'busybox', true],
  ['busybox', 'busybox:1', false],
  ['busy*', 'busybox:latest', true],
  ['*', 'team/app', false],
  ['team/*', 'team/app:1', true],
  ['*/*', 'team/app:1', true],
  ['team/im*:1', 'team/imp:1', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-b-b-d', false],
  ['*x', 'aaa', false],
  ['', '', true],
  ['*', '', true],
  ['?:1', 'a:1', true],
  ['?', '/', false],
  ['[a-c]pp', 'bpp', true],
  ['[^a-c]pp', 'bpp', false],
  ['[^a-c]pp', 'xpp', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['app:[0-9]', 'app:7', true],
] as const) {
  test(`${JSON.stringify(pattern)} and ${JSON.stringify(text)}: ${expected}`, () => {
    assert.equal(pathMatch(pattern, text), expected);
  });
}

for (const pattern of ['[', '[a', '[]', 'a\\', '[a-]']) {
  test(`${pattern} is refused as Go does`, () => {
    assert.throws(() => pathMatch(pattern, 'a'), { code: 'invalid_argument', message: 'syntax error in pattern' });
  });
}

test('many stars against a long name take no time', { timeout: 1_000 }, () => {
  assert.equal(pathMatch(`${'*a'.repeat(100)}b`, 'a'.repeat(2_000)), false);
});
