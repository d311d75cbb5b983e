import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerConfig } from '../testing/container-config.ts';
import type { ContainerState } from './container-service.ts';
import { LOST, stopReason } from './stop-reason.ts';

const config = containerConfig({ resources: { memoryBytes: 64 } });
const at = new Date(0);
const ended = (change: object): ContainerState => ({
  status: 'exited',
  exitCode: 1,
  oomKilled: false,
  startedAt: at,
  finishedAt: at,
  ...change,
});
const reason = (state: ContainerState) => stopReason({ state, config }, 'last words');

test('the reason is told from what was recorded', () => {
  assert.equal(reason({ status: 'created' }), undefined);
  assert.equal(reason({ status: 'running', pid: 1, pidStartTicks: 1n, startedAt: at }), undefined);
  assert.deepEqual(reason({ status: 'created', error: 'no', exitCode: 127 }), {
    kind: 'start_failed',
    error: 'no',
    exitCode: 127,
  });
  assert.deepEqual(reason(ended({ exitCode: 0 })), { kind: 'exited', exitCode: 0 });
  assert.deepEqual(reason(ended({ signal: 11, exitCode: 139 })), {
    kind: 'crashed',
    exitCode: 139,
    signal: 11,
    lastErrorLine: 'last words',
  });
  assert.deepEqual(reason(ended({ oomKilled: true, exitCode: 137 })), { kind: 'oom', limitBytes: 64, exitCode: 137 });
  assert.deepEqual(reason(ended({ error: LOST, exitCode: 255 })), { kind: 'lost', exitCode: 255 });
  assert.deepEqual(reason(ended({ stoppedBy: 'ada', exitCode: 143, signal: 15 })), {
    kind: 'stopped',
    by: 'ada',
    exitCode: 143,
    signal: 15,
  });
  assert.deepEqual(reason(ended({ stoppedBy: '', exitCode: 0 })), {
    kind: 'stopped',
    by: undefined,
    exitCode: 0,
    signal: undefined,
  });
});
