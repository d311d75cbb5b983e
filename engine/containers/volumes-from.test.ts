import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseVolumesFrom } from './volumes-from.ts';

test('the container and its mode are read', () => {
  for (const [text, container, readOnly] of [
    ['box', 'box', false],
    ['box:rw', 'box', false],
    ['box:ro', 'box', true],
    ['box:ro,z', 'box', true],
    ['box:Z', 'box', false],
    ['box:', 'box', false],
    ['box:cached,ro', 'box', true],
  ] as const)
    assert.deepEqual(parseVolumesFrom(text), { container, readOnly }, text);
});

test('other modes are refused as Docker refuses them', () => {
  assert.throws(() => parseVolumesFrom(''), { message: 'volumes-from specification cannot be an empty string' });
  for (const mode of ['nocopy', 'rshared', 'x', 'ro,x', 'ro,rw', 'ro,ro', 'z,Z', 'ro,'])
    assert.throws(() => parseVolumesFrom(`box:${mode}`), {
      code: 'invalid_argument',
      message: `invalid mode: ${mode}`,
    });
});
