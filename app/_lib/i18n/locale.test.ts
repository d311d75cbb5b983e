import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseLocale } from './locale.ts';

const CASES: [cookie: string | undefined, header: string | null, expected: string][] = [
  ['zh', 'en-US', 'zh'],
  ['xx', 'zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  [undefined, 'fr;q=1, en;q=0.4, zh;q=0.8', 'zh'],
  [undefined, 'zh;q=0, en', 'en'],
  [undefined, 'de', 'en'],
  [undefined, null, 'en'],
];

test('chooseLocale prefers the cookie, then the order of Accept-Language', () => {
  for (const [cookie, header, expected] of CASES) assert.equal(chooseLocale(cookie, header), expected);
});
