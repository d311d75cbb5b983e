import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCsv } from './csv.ts';

test('a line a point, unknown is empty', () => {
  const series = [
    { key: 'cpu', values: [1.5, null] },
    { key: 'throttled', values: [0, 2] },
  ];
  assert.equal(
    toCsv([0, 10_000], series),
    'time,cpu,throttled\n1970-01-01T00:00:00.000Z,1.5,0\n1970-01-01T00:00:10.000Z,,2\n',
  );
});
