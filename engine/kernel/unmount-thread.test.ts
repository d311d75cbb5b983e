import assert from 'node:assert/strict';
import { test } from 'node:test';
import { muchIsUnwritten } from './unmount-thread.ts';

const meminfo = (dirty: number, writeback: number): string =>
  `MemTotal:       24689648 kB\nDirty:          ${dirty} kB\nWriteback:      ${writeback} kB\nWritebackTmp:   999999 kB\n`;

test('what disks have yet to write counts, and what is being written', () => {
  assert.equal(muchIsUnwritten(meminfo(100, 0)), false);
  assert.equal(muchIsUnwritten(meminfo(60_000, 0)), true);
  assert.equal(muchIsUnwritten(meminfo(0, 60_000)), true);
  assert.equal(muchIsUnwritten(meminfo(25_000, 25_000)), true);
  assert.equal(typeof muchIsUnwritten(), 'boolean');
});
