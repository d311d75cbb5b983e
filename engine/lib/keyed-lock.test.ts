import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { isEngineError } from '../errors/index.ts';
import { KeyedLock } from './keyed-lock.ts';

test('holders of one key follow each other in the order they asked', async () => {
  const locks = new KeyedLock();
  const order: string[] = [];
  const hold = async (name: string): Promise<void> => {
    using _lock = await locks.acquire('web');
    order.push(`${name} in`);
    await setImmediate();
    order.push(`${name} out`);
  };
  await Promise.all([hold('a'), hold('b'), hold('c')]);
  assert.deepEqual(order, ['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  assert.equal(locks.isHeld('web'), false);
});

test('other keys do not wait', async () => {
  const locks = new KeyedLock();
  using _web = await locks.acquire('web');
  using _db = await locks.acquire('db');
  assert.equal(locks.isHeld('db'), true);
});

test('an aborted waiter gives up its place and lets the next one in', async () => {
  const locks = new KeyedLock();
  const first = await locks.acquire('web');
  const controller = new AbortController();
  const aborted = assert.rejects(locks.acquire('web', controller.signal), (error) => isEngineError(error, 'cancelled'));
  const third = locks.acquire('web');
  controller.abort();
  await aborted;
  first[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  assert.equal(locks.isHeld('web'), false);
});

test('when the last waiter gives up, the key stays with its holder', async () => {
  const locks = new KeyedLock();
  const holder = await locks.acquire('web');
  const controller = new AbortController();
  const aborted = assert.rejects(locks.acquire('web', controller.signal), (error) => isEngineError(error, 'cancelled'));
  controller.abort();
  await aborted;
  assert.equal(locks.isHeld('web'), true);
  const order: string[] = [];
  const next = locks.acquire('web').then((lock) => {
    order.push('next in');
    return lock;
  });
  await setImmediate();
  order.push('holder out');
  holder[Symbol.dispose]();
  (await next)[Symbol.dispose]();
  assert.deepEqual(order, ['holder out', 'next in']);
  assert.equal(locks.isHeld('web'), false);
});

test('a signal that was aborted before is refused even when the lock is free', async () => {
  const locks = new KeyedLock();
  await assert.rejects(locks.acquire('web', AbortSignal.abort()), (error) => isEngineError(error, 'cancelled'));
  using _lock = await locks.acquire('web');
});
