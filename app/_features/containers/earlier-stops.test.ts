import assert from 'node:assert/strict';
import { test } from 'node:test';
import { earlierStops } from './earlier-stops.ts';

const mark = (at: number, kind: string, detail = '') => ({ at, kind, detail });

test('each end says what it was, how long it ran before, and who stopped it; the newest comes first', () => {
  const marks = [
    mark(1_000, 'start'),
    mark(61_000, 'exit', '1'),
    mark(62_000, 'start'),
    mark(92_000, 'oom'),
    mark(92_010, 'exit', '137'),
    mark(100_000, 'start'),
    mark(105_000, 'exit', '143'),
    mark(105_004, 'stop', 'anna'),
    mark(110_000, 'start'),
    mark(111_000, 'exit', '0'),
  ];
  assert.deepEqual(earlierStops(marks, undefined), [
    { at: 111_000, exitCode: 0, kind: 'exited', by: undefined, ranMs: 1_000 },
    { at: 105_000, exitCode: 143, kind: 'stopped', by: 'anna', ranMs: 5_000 },
    { at: 92_010, exitCode: 137, kind: 'oom', by: undefined, ranMs: 30_010 },
    { at: 61_000, exitCode: 1, kind: 'failed', by: undefined, ranMs: 60_000 },
  ]);
});

test('the end that lasts is not an earlier one; an end whose start is forgotten has no length', () => {
  const marks = [mark(5_000, 'exit', '2'), mark(6_000, 'start'), mark(9_003, 'exit', '2')];
  assert.deepEqual(earlierStops(marks, 9_000), [
    { at: 5_000, exitCode: 2, kind: 'failed', by: undefined, ranMs: undefined },
  ]);
});

test('a stop of a later run is not held for the reason of an earlier end', () => {
  const marks = [
    mark(1_000, 'start'),
    mark(2_000, 'exit', '1'),
    mark(2_100, 'start'),
    mark(3_000, 'exit', '0'),
    mark(3_001, 'stop', 'wei'),
  ];
  assert.deepEqual(
    earlierStops(marks, undefined).map(({ kind, by }) => [kind, by]),
    [
      ['stopped', 'wei'],
      ['failed', undefined],
    ],
  );
});
