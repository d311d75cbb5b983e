import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ProcessEnd } from './process-end.ts';
import { readLog } from './read-log.ts';

test('readers that come and go leave nothing at the promise of a process that runs on', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-log-'));
  const path = join(folder.path, 'container.log');
  await writeFile(path, '');
  const ended = new Promise<void>(() => undefined);
  let links = 0;
  const plain = ended.then.bind(ended);
  void Object.assign(ended, {
    // biome-ignore lint/suspicious/noThenProperty: it counts
    then: (...args: Parameters<typeof plain>) => {
      links += 1;
      return plain(...args);
    },
  });
  for (let reader = 0; reader < 20; reader += 1) {
    const gone = new AbortController();
    const lines = readLog(path, { follow: true, ended, signal: gone.signal })[Symbol.asyncIterator]();
    const next = lines.next();
    gone.abort();
    assert.equal((await next).done, true);
  }
  assert.equal(links, 1);
});

test('each look ends by its time, by the signal or by the end, and is forgotten', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = ProcessEnd.of(promise);
  assert.equal(ProcessEnd.of(promise), end);
  for (let looks = 0; looks < 20; looks += 1) await end.within(0);
  assert.equal(end.waiting, 0);
  const gone = new AbortController();
  const waits = [end.within(60_000, gone.signal), end.within(60_000)];
  assert.equal(end.waiting, 2);
  gone.abort();
  await waits[0];
  assert.equal(end.waiting, 1);
  resolve();
  await waits[1];
  assert.deepEqual([end.isOver, end.waiting], [true, 0]);
  await end.within(60_000);
});
