import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimPool } from './address-pool.ts';

test('two claims are two subnets, and a released one can be had again', () => {
  const seen = new Set<string>();
  {
    using first = claimPool();
    using second = claimPool();
    seen.add(first.subnet).add(second.subnet);
    assert.match(first.subnet, /^10\.1\d\d\.\d{1,3}\.0\/24$/);
  }
  assert.equal(seen.size, 2);
});
