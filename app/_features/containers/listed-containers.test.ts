import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerSummary } from '../../_lib/trpc.ts';
import { createListing } from './listed-containers.ts';

test('a row stays the same object until its container, its figures or its order are others', () => {
  const listed = createListing();
  const web = { id: 'a', name: 'web' } as ContainerSummary;
  const usage = { cpu: [], cpuNow: 2, memory: [], memoryBytes: 3 };
  const row = listed(web, usage, undefined);
  assert.deepEqual(row, { id: 'a', name: 'web', usage, pending: undefined });
  assert.equal(listed(web, usage, undefined), row);
  const stopping = listed(web, usage, 'stop');
  assert.deepEqual(stopping, { ...row, pending: 'stop' });
  assert.equal(listed(web, usage, 'stop'), stopping);
  assert.notEqual(listed(web, undefined, 'stop'), stopping);
  assert.deepEqual(listed({ ...web, name: 'api' }, usage, undefined), { ...row, name: 'api' });
});
