import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execAction } from './exec-action.ts';

test('an exec is named as dockerd names it', () => {
  assert.equal(execAction('exec_create', ['sh', '-c', 'exit 4']), 'exec_create: sh -c exit 4');
  assert.equal(execAction('exec_start', ['true']), 'exec_start: true ');
});
