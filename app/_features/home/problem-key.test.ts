import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureKey, problemKey, withoutOver } from './problem-key.ts';

const ASIDE = [
  problemKey('check', 'names', undefined),
  problemKey('check', 'cgroups', undefined),
  problemKey('disk', 'data', 86),
  problemKey('disk', 'data', 87),
  problemKey('disk', 'files', 90),
  problemKey('container', 'a', 1),
  failureKey({ id: 'o' }),
];

test('what was put aside and is over is forgotten, so that it is shown when it comes again', () => {
  assert.deepEqual(withoutOver(ASIDE, { checks: ['names'], fillings: ['data'] }), [
    'check:cgroups:',
    'disk:files:90',
    'container:a:1',
    'operation:o:',
  ]);
});

test('while nothing is known of the host nothing is forgotten', () => {
  assert.deepEqual(withoutOver(ASIDE, { checks: [], fillings: [] }), ASIDE);
});
