import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeReturnPath } from './return-path.ts';

test('safeReturnPath keeps paths of this origin', () => {
  assert.equal(safeReturnPath('/containers/web/logs?q=a#b'), '/containers/web/logs?q=a#b');
});

test('safeReturnPath refuses other origins, missing paths and the sign-in page itself', () => {
  const refused = [
    undefined,
    '',
    'https://x.test/',
    '//x.test',
    '/\\x.test',
    '/\t/x.test',
    'javascript:alert(1)',
    '/login?next=/',
  ];
  for (const path of refused) assert.equal(safeReturnPath(path), '/');
});
