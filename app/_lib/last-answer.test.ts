import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notedFetch, parsePosition, readFrom } from './last-answer.ts';
import { hasSessionEnded, noteSessionBegin, noteSessionEnd } from './session-end.ts';

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

test('what was asked before somebody signed in again is asked again, but nothing is ordered twice', async (t) => {
  for (const [method, sent] of [
    ['GET', 2],
    ['POST', 1],
  ] as const) {
    const fetched = t.mock.method(globalThis, 'fetch', async () => {
      if (fetched.mock.callCount() === 0) noteSessionBegin();
      return new Response(String(fetched.mock.callCount()));
    });
    const answer = await notedFetch('/a', { method });
    assert.equal(await answer.text(), String(sent - 1));
    assert.equal(fetched.mock.callCount(), sent);
    fetched.mock.restore();
  }
});

test('a refusal of what was asked before the last sign-in ends nothing', () => {
  noteSessionEnd('idle');
  const askedMs = Date.now() - 1;
  noteSessionBegin();
  noteSessionEnd('expired', askedMs);
  assert.equal(hasSessionEnded(), false);
  noteSessionEnd('expired');
  assert.equal(hasSessionEnded(), true);
});

test('what is no position is none', () => {
  for (const text of [null, '', 'epoch', 'epoch -1', 'epoch 1.5', `${'x'.repeat(65)} 1`, 'epoch 1 2'])
    assert.equal(parsePosition(text), undefined);
});
