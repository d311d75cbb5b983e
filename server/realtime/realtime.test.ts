import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventLog } from './event-log.ts';
import { WindowedSender } from './windowed-sender.ts';

test('a client that was away gets what it missed, or learns of the gap', () => {
  const log = new EventLog<string>(3);
  const { epoch } = log;
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) log.append(name);
  const resumed = log.since({ epoch, seq: 5 });
  assert.deepEqual(resumed, {
    gap: false,
    events: [
      { seq: 6, event: 'f' },
      { seq: 7, event: 'g' },
    ],
  });
  assert.deepEqual(log.since({ epoch, seq: 7 }), { gap: false, events: [] });
  for (const cursor of [
    { epoch: 'other', seq: 7 },
    { epoch, seq: 1 },
    { epoch, seq: 8 },
  ])
    assert.equal(log.since(cursor).gap, true);
});

test('the window holds the producer until the client has caught up', async () => {
  const acks: (() => void)[] = [];
  let sent = 0;
  using sender = new WindowedSender(
    {
      connected: true,
      emit(_event, _seq, data, ack) {
        sent += data.length;
        acks.push(ack);
      },
    },
    'data',
  );
  const chunk = Buffer.alloc(128 * 1024);
  for (let i = 0; i < 4; i += 1) await sender.push(chunk);
  let released = false;
  const held = sender.push(chunk).then(() => {
    released = true;
  });
  await new Promise(setImmediate);
  assert.equal(released, false);
  assert.equal(sent, chunk.length * 5);
  acks[0]?.();
  acks[0]?.();
  acks[0]?.();
  acks[0]?.();
  await new Promise(setImmediate);
  assert.equal(released, false, 'one chunk acknowledged four times counts once');
  for (const ack of acks) ack();
  await held;
  assert.equal(sender.outstandingBytes, 0);
});
