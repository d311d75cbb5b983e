import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '#engine/lib/index.ts';
import { giveBackAtRest } from './index.ts';

const MB = 1024 * 1024;

/** Says which round of giving back has ended, in the order of the threads. */
function newHost(start: number) {
  const said = new Readable({ objectMode: true, read() {} });
  const host = { bytes: start * MB, rounds: 0, said };
  const holders = ['kernel'].map(() => ({
    async giveBackMemory() {
      host.bytes = 100 * MB;
      host.rounds += 1;
      said.push(host.rounds);
    },
  }));
  return { host, holders };
}

test('memory that a burst took is given back once the loop rests, and again only after the next burst', async () => {
  const { host, holders } = newHost(150);
  let collected = 0;
  await using _watch = giveBackAtRest({
    ...{ holders, log: silentLogger, everyMs: 5 },
    residentBytes: () => host.bytes,
    collect: () => {
      collected += 1;
    },
  });
  await once(host.said, 'data');
  host.bytes = 110 * MB;
  // Many looks: what is not worth a collection causes none.
  await delay(100);
  assert.deepEqual([host.rounds, collected], [1, 1]);
  host.bytes = 140 * MB;
  await once(host.said, 'data');
  assert.deepEqual([host.rounds, collected], [2, 2]);
});

test('a thread that cannot give back does not keep the others', async () => {
  const { host, holders } = newHost(150);
  const broken = { giveBackMemory: () => Promise.reject(new Error('the thread has ended')) };
  await using _watch = giveBackAtRest({
    ...{ holders: [broken, ...holders], log: silentLogger, everyMs: 5 },
    residentBytes: () => host.bytes,
    collect: () => undefined,
  });
  await once(host.said, 'data');
  assert.equal(host.rounds, 1);
});
