import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillings } from './fillings.ts';
import { lastKills } from './last-kills.ts';

const at = (second: number) => new Date(second * 1_000);

test('each container whose memory ran out stands once, with the last time; one that is gone does not', () => {
  const kills = [
    { id: 'a', at: at(1) },
    { id: 'gone', at: at(9) },
    { id: 'b', at: at(3) },
    { id: 'a', at: at(2) },
  ];
  assert.deepEqual(lastKills([{ id: 'a' }, { id: 'b' }, { id: 'c' }], kills), [
    { container: { id: 'b' }, at: at(3) },
    { container: { id: 'a' }, at: at(2) },
  ]);
});

test('a disk is full by its bytes or by its files; one that counts no files is not', () => {
  const usage = { diskUsedBytes: 1, diskTotalBytes: 4, diskUsedFiles: 9, diskTotalFiles: 10 };
  assert.deepEqual(fillings(usage), [
    { of: 'data', percent: 25 },
    { of: 'files', percent: 90 },
  ]);
  assert.equal(fillings({ ...usage, diskTotalFiles: 0 })[1]?.percent, 0);
  assert.deepEqual(fillings(undefined), []);
});
