import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { digestOf } from './digest-of.ts';

// As `printf 'a tar' | sha256sum` prints it.
const A_TAR = 'sha256:b3c5732cece487803a8a8b3bd8b2be0b4c24ab00c0b471a913d15cc8813089e1';

test('what came is told with its digest, and passes on as it is', async () => {
  const { stream, digest } = digestOf(Readable.from([Buffer.from('a '), Buffer.from('tar')]));
  assert.equal(await text(stream), 'a tar');
  assert.deepEqual(await digest(), { digest: A_TAR, sizeBytes: 5 });
});

test('bytes behind the end of an archive belong to what was sent', async () => {
  const { stream, digest } = digestOf(Readable.from([Buffer.from('a '), Buffer.from('tar')]));
  for await (const _chunk of stream.iterator({ destroyOnReturn: false })) break;
  assert.deepEqual(await digest(), { digest: A_TAR, sizeBytes: 5 });
});

test('a stream that was ended, or fails, has no digest, and its reader hears of the failure', async () => {
  const ended = digestOf(Readable.from([Buffer.from('a '), Buffer.from('tar')]));
  ended.stream.destroy();
  assert.equal(await ended.digest(), undefined);
  const failing = digestOf(
    new Readable({
      read() {
        this.destroy(new Error('cut'));
      },
    }),
  );
  await assert.rejects(text(failing.stream), /cut/);
  assert.equal(await failing.digest(), undefined);
});
