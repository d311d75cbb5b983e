import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notedFetch, parsePosition, readFrom } from './last-answer.ts';

test('a tab knows from its first answer on where in the events it stands', async (t) => {
  const positions = ['epoch-1 7', 'epoch-1 9'];
  t.mock.method(globalThis, 'fetch', async () => {
    return new Response('', { headers: { 'x-davit-events': positions.shift() ?? '' } });
  });
  assert.equal(readFrom(), undefined);
  await notedFetch('/a');
  await notedFetch('/b');
  assert.deepEqual(readFrom(), { epoch: 'epoch-1', seq: 7 });
});

test('what is no position is none', () => {
  for (const text of [null, '', 'epoch', 'epoch -1', 'epoch 1.5', `${'x'.repeat(65)} 1`, 'epoch 1 2'])
    assert.equal(parsePosition(text), undefined);
});
