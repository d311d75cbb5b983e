import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bulkMisfits } from './bulk-misfits.ts';

test('verbs that leave out the same rows stand together; one that fits all or none leaves out nothing', () => {
  const running = ['stop', 'restart', 'kill'];
  const chosen = [
    { name: 'web', allowedActions: running },
    { name: 'db', allowedActions: ['start', 'restart'] },
  ];
  assert.deepEqual(bulkMisfits(chosen, ['start', 'stop', 'restart', 'kill', 'pause']), [
    { verbs: ['start'], names: ['web'] },
    { verbs: ['stop', 'kill'], names: ['db'] },
  ]);
  assert.deepEqual(bulkMisfits([], ['start']), []);
});
