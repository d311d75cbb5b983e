import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LogFile, logAddress, logFiles } from './log-address.ts';
import { readView } from './log-view.ts';

const now = new Date('2026-11-21T11:14:00.000Z');
const viewOf = (query: string) => readView(new URLSearchParams(query), false);
const queryOf = (file: LogFile, query: string) => {
  const [path = '', asked = ''] = logAddress('c/1', file, viewOf(query), now).split('?');
  assert.equal(path, '/api/containers/c%2F1/log');
  return Object.fromEntries(new URLSearchParams(asked));
};

test('a part of a log is offered where a part is looked at', () => {
  assert.deepEqual(logFiles(viewOf('q=error')), ['all', 'times', 'packed']);
  for (const narrow of ['since=15m', 'stream=stderr', 'from=2026-11-21T10:00:00Z'])
    assert.deepEqual(logFiles(viewOf(narrow)), ['range', 'all', 'times', 'packed'], narrow);
});

test('the part is asked for by its ends and its stream; the whole log by neither', () => {
  assert.deepEqual(queryOf('range', 'since=15m&stream=stderr'), {
    timestamps: '1',
    from: '2026-11-21T10:59:00.000Z',
    stream: 'stderr',
  });
  assert.deepEqual(queryOf('range', 'since=1h&to=2026-11-21T10:30:00.000Z'), {
    timestamps: '1',
    to: '2026-11-21T10:30:00.000Z',
  });
  assert.deepEqual(queryOf('all', 'since=15m'), {});
  assert.deepEqual(queryOf('times', 'since=15m'), { timestamps: '1' });
  assert.deepEqual(queryOf('packed', 'stream=stderr'), { timestamps: '1', gzip: '1' });
});
