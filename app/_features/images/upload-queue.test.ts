import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Send, UploadQueue } from './upload-queue.ts';

const settings = { reference: '', changes: [], message: '' };
const file = (name: string) => new File(['12345'], name);

/** A sender whose transfers end when the test says so. */
function manual() {
  const begun: { name: string; done: (id: string) => void; fail: (error: Error) => void; sent: (n: number) => void }[] =
    [];
  const send: Send = (_kind, { name }, _settings, { signal, onSent }) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    signal.addEventListener('abort', () => reject(new Error('aborted')));
    begun.push({ name, done: resolve, fail: reject, sent: onSent });
    return promise;
  };
  return { queue: new UploadQueue(send), begun };
}

const states = (queue: UploadQueue) => queue.read().map(({ name, state }) => `${name} ${state}`);
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('files are sent one after another, and a failure does not stop the next', async () => {
  const { queue, begun } = manual();
  for (const name of ['a', 'b', 'c']) queue.add('load', file(name), settings);
  assert.deepEqual(states(queue), ['a sending', 'b waiting', 'c waiting']);
  begun[0]?.sent(3);
  assert.equal(queue.read()[0]?.sentBytes, 3);
  begun[0]?.fail(new Error('no room'));
  await settle();
  assert.deepEqual(states(queue), ['a failed', 'b sending', 'c waiting']);
  begun[1]?.done('op-b');
  await settle();
  assert.deepEqual(states(queue), ['a failed', 'b arrived', 'c sending']);
  assert.deepEqual([queue.read()[1]?.operationId, queue.read()[1]?.sentBytes], ['op-b', 5]);
});

test('what failed or was cancelled is sent again from its first byte, what arrived is not', async () => {
  const { queue, begun } = manual();
  queue.add('load', file('a'), settings);
  const id = queue.read()[0]?.id ?? '';
  begun[0]?.sent(3);
  begun[0]?.fail(new Error('cut'));
  await settle();
  queue.again(id);
  assert.deepEqual(states(queue), ['a sending']);
  assert.deepEqual([queue.read()[0]?.sentBytes, queue.read()[0]?.error], [0, undefined]);
  queue.cancel(id);
  await settle();
  assert.deepEqual(states(queue), ['a cancelled']);
  queue.again(id);
  begun[2]?.done('op-a');
  await settle();
  queue.again(id);
  assert.deepEqual(states(queue), ['a arrived']);
  assert.equal(begun.length, 3);
});

test('cancel ends the one that is sent and forgets one that waits', async () => {
  const { queue, begun } = manual();
  for (const name of ['a', 'b', 'c']) queue.add('import', file(name), settings);
  queue.cancel(queue.read()[1]?.id ?? '');
  queue.cancel(queue.read()[0]?.id ?? '');
  await settle();
  assert.deepEqual(states(queue), ['a cancelled', 'b cancelled', 'c sending']);
  assert.deepEqual(
    begun.map(({ name }) => name),
    ['a', 'c'],
  );
  queue.clear();
  assert.deepEqual(states(queue), ['c sending']);
});

test('listeners hear every change, and the snapshot is the same between them', () => {
  const { queue } = manual();
  let heard = 0;
  const stop = queue.subscribe(() => {
    heard += 1;
  });
  queue.addOperation('load', 'https://example.com/a.tar', 'op-1');
  assert.equal(heard, 1);
  assert.equal(queue.read(), queue.read());
  stop();
  queue.clear();
  assert.deepEqual([heard, queue.read()], [1, []]);
});
