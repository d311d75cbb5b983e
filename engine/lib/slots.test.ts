import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Slots } from './slots.ts';

test('no more than the count hold a slot, and the queue keeps its order', async () => {
  const slots = new Slots({ count: 2, maxWaiting: 10 });
  const order: number[] = [];
  let inside = 0;
  let most = 0;
  const work = async (id: number) => {
    using _slot = await slots.acquire();
    order.push(id);
    inside += 1;
    most = Math.max(most, inside);
    await setImmediate();
    inside -= 1;
  };
  await Promise.all([0, 1, 2, 3, 4, 5].map(work));
  assert.deepEqual(order, [0, 1, 2, 3, 4, 5]);
  assert.equal(most, 2);
});

test('a cancelled waiter gives up its place, a full queue refuses', async () => {
  const slots = new Slots({ count: 1, maxWaiting: 1 });
  const first = await slots.acquire();
  const abort = new AbortController();
  const second = slots.acquire(abort.signal);
  await assert.rejects(slots.acquire(), {
    code: 'resource_exhausted',
    details: { reason: 'too_many_waiting', limit: 1 },
  });
  abort.abort();
  await assert.rejects(second, { code: 'cancelled' });
  const third = slots.acquire();
  assert.equal(slots.waiting, 1);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  using _third = await third;
  assert.equal(slots.waiting, 0);
  await assert.rejects(slots.acquire(AbortSignal.abort()), { code: 'cancelled' });
});
