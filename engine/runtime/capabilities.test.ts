import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '../errors/index.ts';
import { capsOfMask, DEFAULT_CAPS, resolveCaps } from './capabilities.ts';

const host = capsOfMask('000001fffeffffff');
const resolve = (add: string[], drop: string[], privileged = false) => resolveCaps({ add, drop, privileged }, host);

test('a mask names the capabilities by bit', () => {
  assert.deepEqual(capsOfMask('0000000000000003'), ['CAP_CHOWN', 'CAP_DAC_OVERRIDE']);
  assert.equal(host.length, 40);
  assert.ok(!host.includes('CAP_SYS_RESOURCE'));
});

test('add and drop combine as in Docker', () => {
  assert.deepEqual(resolve([], []), DEFAULT_CAPS);
  assert.deepEqual(resolve([], ['ALL']), []);
  assert.deepEqual(resolve(['net_admin', 'CAP_NET_ADMIN'], ['all']), ['CAP_NET_ADMIN']);
  assert.equal(resolve(['ALL'], ['MKNOD']).length, 39);
  assert.ok(!resolve([], ['CAP_KILL']).includes('CAP_KILL'));
  assert.deepEqual(resolve([], ['ALL'], true), host);
});

test('a capability nobody knows or the host lacks is refused', () => {
  assert.throws(
    () => resolve(['NOPE'], []),
    (error) => isEngineError(error, 'invalid_argument') && error.details.reason === 'capability_unknown',
  );
  assert.throws(
    () => resolve(['SYS_RESOURCE'], []),
    (error) => isEngineError(error, 'invalid_argument') && error.details.reason === 'capability_unavailable',
  );
});
