import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useTRPC } from './trpc.ts';

test('keys of questions begin with what a filter by path finds, and options keep what they are given', () => {
  const trpc = useTRPC();
  const { queryKey, enabled } = trpc.containers.list.queryOptions({}, { enabled: false });
  assert.equal(enabled, false);
  assert.deepEqual(queryKey, [['containers', 'list'], { input: {}, type: 'query' }]);
  assert.deepEqual(trpc.containers.list.queryKey({}), queryKey);
  assert.deepEqual(trpc.containers.list.pathFilter(), { queryKey: [['containers', 'list']] });
  assert.deepEqual(trpc.containers.pathFilter(), { queryKey: [['containers']] });
  const pages = trpc.operations.page.infiniteQueryOptions({ words: [] }, { getNextPageParam: ({ next }) => next });
  assert.deepEqual(pages.queryKey, [['operations', 'page'], { input: { words: [] }, type: 'infinite' }]);
  assert.equal(pages.initialPageParam, undefined);
});
