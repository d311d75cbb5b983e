import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedOutcome, type Outcome } from './outcome.ts';
import { runSuite, type Suite } from './suite.ts';

const PASSED: Outcome = { passed: 2, failed: 0, skipped: 1, failures: [] };

/** @param fails how often each file fails before it passes */
function suiteOf(fails: Readonly<Record<string, number>>, ran: string[] = []): Suite {
  const left = new Map(Object.entries(fails));
  return {
    files: () => Object.keys(fails),
    sideBySide: 2,
    runFile: async (file, again) => {
      ran.push(again ? `${file} again` : file);
      const failures = left.get(file) ?? 0;
      left.set(file, failures - 1);
      return failures > 0 ? failedOutcome(`test of ${file}`, `failure ${failures}`) : PASSED;
    },
  };
}

const silent = (): void => undefined;

test('what failed once runs again after all others, and is unsteady when it passes', async () => {
  const ran: string[] = [];
  const tries = { left: 3 };
  const report = await runSuite('unit', suiteOf({ a: 1, b: 0, c: 0 }, ran), tries, silent);
  assert.deepEqual(ran, ['a', 'b', 'c', 'a again']);
  assert.deepEqual(report, {
    passed: 6,
    failed: 0,
    skipped: 3,
    failures: [],
    unsteady: [{ suite: 'unit', file: 'a', name: 'test of a', error: 'failure 1' }],
  });
  assert.equal(tries.left, 2);
});

test('what fails twice has failed, with the error it had beside the others', async () => {
  const { failed, failures, unsteady } = await runSuite('unit', suiteOf({ a: 2, b: 0 }), { left: 3 }, silent);
  assert.equal(failed, 1);
  assert.deepEqual(failures, [{ suite: 'unit', file: 'a', name: 'test of a', error: 'failure 2' }]);
  assert.deepEqual(unsteady, []);
});

test('where more files fail than tries are left, none gets a second one', async () => {
  const ran: string[] = [];
  const tries = { left: 1 };
  const report = await runSuite('unit', suiteOf({ a: 1, b: 1 }, ran), tries, silent);
  assert.deepEqual(ran, ['a', 'b']);
  assert.equal(report.failed, 2);
  assert.equal(tries.left, 1);
});

test('what computes the same each time is not tried twice', async () => {
  const { failed } = await runSuite('checks', { ...suiteOf({ a: 1 }), neverTwice: true }, { left: 3 }, silent);
  assert.equal(failed, 1);
});

test('a suite without files, one that cannot begin and a file that cannot be run are failures', async () => {
  const tries = { left: 0 };
  const suites: Suite[] = [
    suiteOf({}),
    { ...suiteOf({ a: 0 }), prepare: () => Promise.reject(new Error('no pages')) },
    { ...suiteOf({ a: 0 }), runFile: () => Promise.reject(new Error('no such program')) },
  ];
  const reports = await Promise.all(suites.map((suite) => runSuite('unit', suite, tries, silent)));
  assert.deepEqual(
    reports.map(({ failed, failures: [first] }) => [failed, first?.error.split('\n')[0]]),
    [
      [1, 'no unit test was found'],
      [1, 'Error: no pages'],
      [1, 'Error: no such program'],
    ],
  );
});
