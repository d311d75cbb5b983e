import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplayBuffer } from './replay-buffer.ts';

async function readAll(buffer: ReplayBuffer): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of buffer.read(new AbortController().signal)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('two viewers, one of them late, see the same', async () => {
  const buffer = new ReplayBuffer();
  const early = readAll(buffer);
  await buffer.write(Buffer.from('one '));
  const late = readAll(buffer);
  await buffer.write(Buffer.from('two'));
  buffer.end();
  assert.deepEqual(await Promise.all([early, late]), ['one two', 'one two']);
});

test('without viewers only the newest 256 KiB are kept', async () => {
  const buffer = new ReplayBuffer();
  for (let i = 0; i < 64; i += 1) await buffer.write(Buffer.alloc(64 * 1024, i));
  buffer.end();
  const seen = await readAll(buffer);
  assert.equal(seen.length, 256 * 1024);
  assert.equal(seen.charCodeAt(0), 60);
});

test('a viewer that stands still slows the writer, and leaving frees it', async () => {
  const buffer = new ReplayBuffer();
  const left = new AbortController();
  const reader = buffer.read(left.signal);
  await buffer.write(Buffer.from('x'));
  await reader.next();
  let written = 0;
  const writing = (async () => {
    for (let i = 0; i < 20; i += 1) {
      await buffer.write(Buffer.alloc(64 * 1024));
      written += 1;
    }
  })();
  await new Promise(setImmediate);
  assert.ok(written < 10, `${written} chunks written`);
  await reader.return(undefined);
  await writing;
  assert.equal(written, 20);
});
