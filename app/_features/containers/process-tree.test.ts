import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byCpu, toProcessTree } from './process-tree.ts';

const SHELL = { pid: 100, ppid: 7, cpuSeconds: 0 };
const SERVER = { pid: 120, ppid: 100, cpuSeconds: 3 };
const WORKER = { pid: 130, ppid: 120, cpuSeconds: 9 };
const HELPER = { pid: 110, ppid: 100, cpuSeconds: 1 };
const EXEC = { pid: 90, ppid: 8, cpuSeconds: 2 };
const ALL = [WORKER, SERVER, EXEC, HELPER, SHELL];

test('processes stand under the one that started them, those from outside at the left, siblings by pid', () => {
  const lines = toProcessTree(ALL).map(({ process, depth }) => [process.pid, depth]);
  assert.deepEqual(lines, [
    [90, 0],
    [100, 0],
    [110, 1],
    [120, 1],
    [130, 2],
  ]);
});

test('a process that names itself as its parent is shown once', () => {
  assert.equal(toProcessTree([{ pid: 5, ppid: 5, cpuSeconds: 0 }]).length, 1);
});

test('by CPU what is busy now comes first, then what was, and nothing is under anything', () => {
  assert.deepEqual(
    byCpu(ALL, new Map([[110, 40]])).map(({ process }) => process.pid),
    [110, 130, 120, 90, 100],
  );
  assert.deepEqual(
    byCpu(ALL, new Map()).map(({ process, depth }) => [process.pid, depth]),
    [130, 120, 90, 110, 100].map((pid) => [pid, 0]),
  );
});
