import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEWEST, parseVersionedPath } from './versions.ts';

test('a path without a version means the newest one', () => {
  assert.deepEqual(parseVersionedPath('/_ping'), { kind: 'ok', level: NEWEST, rest: '/_ping' });
  assert.deepEqual(parseVersionedPath('/v1.24/info'), { kind: 'ok', level: 24, rest: '/info' });
  assert.deepEqual(parseVersionedPath('/v1.51/containers/a/json').kind, 'ok');
});

test('versions out of range are told by the words of the client', () => {
  for (const asked of ['1.99', '1.52', '2.0', '1.51.1']) {
    assert.deepEqual(parseVersionedPath(`/v${asked}/info`), { kind: 'too-new', asked });
  }
  for (const asked of ['1.20', '1.23', '0.9']) {
    assert.deepEqual(parseVersionedPath(`/v${asked}/info`), { kind: 'too-old', asked });
  }
});

test('a prefix that is no number is no version', () => {
  for (const path of ['/v1.x/version', '/v1/version', '/version']) {
    assert.deepEqual(parseVersionedPath(path), { kind: 'ok', level: NEWEST, rest: path });
  }
});
