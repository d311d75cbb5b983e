import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CleanupStack } from './cleanup-stack.ts';

test('undo runs last-in first-out', async () => {
  const done: string[] = [];
  {
    await using undo = new CleanupStack();
    undo.defer('first', () => done.push('first'));
    undo.defer('second', async () => done.push('second'));
  }
  assert.deepEqual(done, ['second', 'first']);
});

test('nothing is undone after commit', async () => {
  const done: string[] = [];
  {
    await using undo = new CleanupStack();
    undo.defer('first', () => done.push('first'));
    undo.commit();
  }
  assert.deepEqual(done, []);
});

test('a failing or hanging step does not keep the earlier ones from running, and both are told', async () => {
  const done: string[] = [];
  const undo = new CleanupStack({ capMs: 20 });
  undo.defer('first', () => done.push('first'));
  undo.defer('throws', () => {
    throw new Error('no');
  });
  const forever = Promise.withResolvers<void>();
  undo.defer('hangs', () => forever.promise);
  await assert.rejects(undo[Symbol.asyncDispose](), (error: unknown) => {
    assert.ok(error instanceof AggregateError);
    assert.deepEqual(
      error.errors.map((one: Error) => one.message),
      ['undo "hangs" failed', 'undo "throws" failed'],
    );
    return true;
  });
  assert.deepEqual(done, ['first']);
});
