import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beside } from './beside.ts';
import type { Outcome } from './outcome.ts';
import { runSuite, type Suite } from './suite.ts';

const PASSED: Outcome = { passed: 1, failed: 0, skipped: 0, failures: [] };

function suiteOf(name: string, count: number, ran: string[]): Suite {
  return {
    files: () => Array.from({ length: count }, (_, at) => `${name}${at + 1}`),
    sideBySide: 1,
    prepare: async () => void ran.push(`${name} prepared`),
    runFile: async (file, again) => {
      ran.push(`${name} ran ${file}${again ? ' again' : ''}`);
      return PASSED;
    },
  };
}

const silent = (): void => undefined;

test('each file is run by its suite, in its order, those of both evenly', async () => {
  const ran: string[] = [];
  const suite = beside(suiteOf('a', 4, ran), suiteOf('b', 2, ran), 1);
  const { passed } = await runSuite('a and b', suite, { left: 0 }, silent);
  assert.equal(passed, 6);
  assert.deepEqual(ran, [
    ...['a prepared', 'b prepared'],
    ...['a ran a1', 'b ran b1', 'a ran a2', 'a ran a3', 'b ran b2', 'a ran a4'],
  ]);
});

test('where one of them has no file, both have failed', async () => {
  const ran: string[] = [];
  for (const suite of [
    beside(suiteOf('a', 3, ran), suiteOf('b', 0, ran), 2),
    beside(suiteOf('a', 0, ran), suiteOf('b', 1, ran), 2),
  ]) {
    const { failed } = await runSuite('a and b', suite, { left: 0 }, silent);
    assert.equal(failed, 1);
  }
  assert.deepEqual(ran, []);
});

test('what failed once is tried again by its own suite', async () => {
  const ran: string[] = [];
  const shaky = suiteOf('b', 1, ran);
  let failures = 1;
  const runFile: Suite['runFile'] = async (file, again) => {
    const outcome = await shaky.runFile(file, again);
    failures -= 1;
    return failures < 0 ? outcome : { ...outcome, passed: 0, failed: 1 };
  };
  const report = await runSuite('a and b', beside(suiteOf('a', 1, ran), { ...shaky, runFile }, 2), { left: 1 }, silent);
  assert.equal(report.failed, 0);
  assert.equal(ran.at(-1), 'b ran b1 again');
});
