import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainIds, digestOf, parseDiffId, parseDigest, tryParseDigest } from './digest.ts';

test('only known algorithms with lower-case hex of their length are digests', () => {
  const hex = 'ab'.repeat(32);
  assert.equal(tryParseDigest(`sha256:${hex}`), `sha256:${hex}`);
  assert.equal(tryParseDigest(`sha512:${hex}${hex}`), `sha512:${hex}${hex}`);
  const bad = [
    '',
    hex,
    `sha256:${hex}0`,
    `sha256:${hex.toUpperCase()}`,
    `sha512:${hex}`,
    `md5:${hex}`,
    `sha256:${hex}\n`,
  ];
  for (const text of bad) {
    assert.equal(tryParseDigest(text), undefined, text);
    assert.throws(() => parseDigest(text), { code: 'invalid_argument' }, text);
  }
});

test('chainIDs are those of the image specification', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((text) => parseDiffId(digestOf(text)));
  assert.ok(a && b && c);
  const second = digestOf(`${a} ${b}`);
  assert.deepEqual(chainIds([a, b, c]), [a, second, digestOf(`${second} ${c}`)]);
  assert.deepEqual(chainIds([]), []);
});
