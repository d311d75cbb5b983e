import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCrumbs } from './crumbs.ts';

const CASES: readonly [path: string, crumbs: readonly string[]][] = [
  ['/', []],
  ['/containers/web/logs', ['containers /containers', '"web" /containers/web', 'logs /containers/web/logs']],
  // A name, though it is a word of ours.
  ['/containers/logs', ['containers /containers', '"logs" /containers/logs']],
  ['/volumes/admin', ['volumes /volumes', '"admin" /volumes/admin']],
  ['/networks/ports', ['networks /networks', 'ports /networks/ports']],
  ['/networks/new', ['networks /networks']],
  ['/activity/events', ['activity /activity/operations', 'events /activity/events']],
  ['/images/shop%2Fweb%3A1', ['images /images', '"shop/web:1" /images/shop%2Fweb%3A1']],
  // What no other address leads to is called as it is.
  ['/networks/by-name/new', ['networks /networks', '"new" /networks/by-name/new']],
  ['/volumes/by-name/new', ['volumes /volumes', '"new" /volumes/by-name/new']],
  ['/images/by-name/shop/web%3A1', ['images /images', '"shop/web:1" /images/by-name/shop/web%3A1']],
];

for (const [path, crumbs] of CASES) {
  test(`the path to ${path}`, () => {
    const told = toCrumbs(path).map((one) => `${'section' in one ? one.section : `"${one.name}"`} ${one.href}`);
    assert.deepEqual(told, crumbs);
  });
}

test('digests and ids of operations are short, and so is what is longer than any name', () => {
  const nameOf = (path: string) =>
    toCrumbs(path)
      .map((one) => ('name' in one ? one.name : undefined))
      .at(-1);
  assert.equal(nameOf(`/images/sha256%3A${'0123456789ab'.padEnd(64, 'c')}`), '0123456789ab');
  assert.equal(nameOf('/activity/operations/01234567-89ab-4cde-8f01-23456789abcd'), '01234567');
  assert.equal(nameOf(`/volumes/${'v'.repeat(200)}`), `${'v'.repeat(128)}…`);
});
