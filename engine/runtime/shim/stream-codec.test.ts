import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '../../errors/index.ts';
import {
  encodeAttach,
  encodeFrame,
  encodeResize,
  FrameDecoder,
  formatExit,
  tryParseExit,
  tryParseHello,
} from './stream-codec.ts';

const plain = (frames: { type: number; payload: Buffer }[]) => frames.map((f) => [f.type, f.payload.toString()]);

test('a frame has the header of Docker streams', () => {
  assert.equal(encodeFrame(1, Buffer.from('hi')).toString('hex'), '01000000000000026869');
  assert.equal(encodeResize(33, 111).toString('hex'), '02000000000000040021006f');
  assert.equal(encodeResize(-1, 1e9).toString('hex'), '02000000000000040000ffff');
  assert.equal(encodeAttach('block').toString('hex'), '0300000000000003010200');
});

test('frames come out whole for every way of cutting the bytes', () => {
  const bytes = Buffer.concat([
    encodeFrame(1, Buffer.from('one')),
    encodeFrame(21),
    encodeFrame(2, Buffer.from('three')),
  ]);
  for (let size = 1; size <= bytes.length; size++) {
    const decoder = new FrameDecoder();
    const frames: [number, string][] = [];
    for (let at = 0; at < bytes.length; at += size)
      for (const f of decoder.push(bytes.subarray(at, at + size))) frames.push([f.type, f.payload.toString()]);
    assert.deepEqual(
      frames,
      [
        [1, 'one'],
        [21, ''],
        [2, 'three'],
      ],
      `pieces of ${size}`,
    );
  }
});

test('a rest stays for the next piece', () => {
  const decoder = new FrameDecoder();
  const frame = encodeFrame(2, Buffer.from('abcdef'));
  assert.deepEqual(plain(decoder.push(Buffer.concat([frame, frame.subarray(0, 9)]))), [[2, 'abcdef']]);
  assert.deepEqual(plain(decoder.push(frame.subarray(9))), [[2, 'abcdef']]);
});

test('an impossible size is refused instead of waited for', () => {
  assert.throws(
    () => new FrameDecoder().push(Buffer.from('01000000ffffffff', 'hex')),
    (error) => isEngineError(error, 'data_corrupt'),
  );
});

test('exit records are read, torn ones are none', () => {
  const exit = tryParseExit('{"code":137,"signal":9,"oom":true,"at":"2026-01-02T03:04:05.123456789Z"}');
  assert.deepEqual(exit, {
    exitCode: 137,
    signal: 9,
    oomKilled: true,
    finishedAt: new Date('2026-01-02T03:04:05.123Z'),
  });
  assert.deepEqual(tryParseExit(formatExit({ ...exit, signal: undefined })), { ...exit, signal: undefined });
  for (const text of ['', '{"code":1', 'null', '{"code":"1"}', '{"code":1,"at":"x"}'])
    assert.equal(tryParseExit(text), undefined, text);
});

test('hello names both processes and what is kept; an older shim keeps nothing', () => {
  const hello = { protocol: 1, pid: 5, shimPid: 4 };
  assert.deepEqual(tryParseHello(JSON.stringify(hello)), { ...hello, replayBytes: 0 });
  assert.deepEqual(tryParseHello(JSON.stringify({ ...hello, replayBytes: 7 })), { ...hello, replayBytes: 7 });
  assert.equal(tryParseHello('{"pid":5}'), undefined);
});
