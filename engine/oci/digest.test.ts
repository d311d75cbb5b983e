import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '../errors/index.ts';
import { chainIds, digestOf, parseDiffId, parseDigest, tryParseDigest } from './digest.ts';

test('a digest is an algorithm we know and all of its hex digits', () => {
  const digest = digestOf('');
  assert.equal(digest, 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.equal(parseDigest(digest), digest);
  for (const text of [
    '',
    'sha256:',
    `sha256:${'a'.repeat(63)}`,
    `sha256:${'A'.repeat(64)}`,
    `md5:${'a'.repeat(32)}`,
    `${digest}/..`,
  ]) {
    assert.equal(tryParseDigest(text), undefined, text);
    assert.throws(
      () => parseDigest(text),
      (error) => isEngineError(error, 'invalid_argument'),
    );
  }
});

test('a chain of one layer is its diffID, and each further one hashes both', () => {
  const a = parseDiffId(digestOf('a'));
  const b = parseDiffId(digestOf('b'));
  assert.deepEqual(chainIds([a, b]), [a, digestOf(`${a} ${b}`)]);
  assert.notDeepEqual(chainIds([a, b]), chainIds([b, a]));
});
