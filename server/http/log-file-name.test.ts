import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logFileName } from './log-file-name.ts';

const now = new Date('2026-11-21T11:14:20Z');
const since = new Date('2026-11-21T10:59:20Z');

const CASES: [string, Parameters<typeof logFileName>[1], string][] = [
  ['web', {}, 'web.log'],
  ['web', { since }, 'web_2026-11-21T10-59_15m.log'],
  ['web', { since: new Date(now.getTime() - 86_400_100) }, 'web_2026-11-20T11-14_1d.log'],
  ['web', { since, until: new Date('2026-11-21T12:29:20Z') }, 'web_2026-11-21T10-59_90m.log'],
  ['web', { since, until: new Date('2026-11-21T10:59:55Z') }, 'web_2026-11-21T10-59_35s.log'],
  ['web', { until: since }, 'web_to_2026-11-21T10-59.log'],
  ['a/../"b\n', {}, 'a_..__b_.log'],
];

for (const [name, stretch, expected] of CASES) {
  test(`the file of a log is ${expected}`, () => {
    assert.equal(logFileName(name, stretch, now), expected);
  });
}
