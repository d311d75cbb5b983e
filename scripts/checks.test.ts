// A check that reads nothing proves nothing: each of them must fail then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInEmptyFolder } from './test-check.ts';

const CHECKS = ['import-directions.ts', 'dead-exports.ts', 'literal-text.ts', 'doc-links.ts', 'check-messages.ts'];

for (const name of CHECKS) {
  test(`${name} fails where it finds nothing to read`, () => {
    const { status, output } = runInEmptyFolder(name);
    assert.equal(status, 1, output);
    assert.match(output, /\b0 (?:modules|pages)|no message/);
  });
}
