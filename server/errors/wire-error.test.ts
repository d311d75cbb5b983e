import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENGINE_ERROR_CODES, EngineError } from '#engine/errors/index.ts';
import { AppError, deniedError, ERROR_MAP, isServerFault, mappingOf, toWireError } from './index.ts';

test('an engine error keeps its reason, its values and its sentence', () => {
  const error = new EngineError('in_use', 'Port 80 is taken', {
    reason: 'port_in_use',
    port: 80,
    holder: { name: 'web' },
  });
  assert.deepEqual(toWireError(error, 'r1'), {
    code: 'in_use',
    reason: 'port_in_use',
    params: { port: 80, holder: { name: 'web' } },
    message: 'Port 80 is taken',
    requestId: 'r1',
  });
  assert.equal(mappingOf(error).status, 409);
  assert.equal(isServerFault(error), false);
});

test('an unexpected error tells nothing but the request id', () => {
  for (const error of [
    new Error('/secret/path'),
    new EngineError('internal', '/secret/path', { reason: 'x' }),
    'text',
  ]) {
    const wire = toWireError(error, 'r2');
    assert.equal(wire.code, 'internal');
    assert.equal(wire.requestId, 'r2');
    assert.doesNotMatch(JSON.stringify(wire), /secret/);
    assert.equal(isServerFault(error), true);
  }
});

test('values that JSON cannot carry are made text or left out', () => {
  const at = new Date(0);
  const error = new AppError('throttled', 'Wait', { at, ticks: 5n, cause: new Error('no'), long: ['x'.repeat(3_000)] });
  assert.deepEqual(toWireError(error, 'r').params, { at: at.toISOString(), ticks: '5' });
  assert.equal(toWireError(error, 'r').reason, 'throttled');
});

test('every code of the engine has a status of its own kind', () => {
  for (const code of ENGINE_ERROR_CODES) assert.ok(ERROR_MAP[code].status >= 400);
  assert.equal(mappingOf(deniedError('container:exec')).status, 403);
});

test('a disk that is full or read-only and records that are locked or damaged are told as such, however deep they lie', () => {
  const coded = (code: string) => Object.assign(new Error(`${code}: /secret/path`), { code });
  const ofPrisma = (originalCode: string) =>
    Object.assign(new Error('Invalid invocation'), {
      code: 'P2039',
      meta: { driverAdapterError: { cause: { originalCode } } },
    });
  for (const [error, status, reason] of [
    [coded('ENOSPC'), 507, 'disk_full'],
    [coded('EDQUOT'), 507, 'disk_full'],
    [new EngineError('internal', 'Undone', {}, { cause: coded('ENOSPC') }), 507, 'disk_full'],
    [new AggregateError([new Error('first'), coded('ENOSPC')]), 507, 'disk_full'],
    [new SuppressedError(new Error('undo'), coded('ENOSPC')), 507, 'disk_full'],
    [ofPrisma('SQLITE_FULL'), 507, 'disk_full'],
    [coded('EROFS'), 503, 'disk_read_only'],
    [ofPrisma('SQLITE_READONLY_DIRECTORY'), 503, 'disk_read_only'],
    [ofPrisma('SQLITE_BUSY'), 503, 'database_locked'],
    [ofPrisma('SQLITE_CORRUPT_VTAB'), 503, 'database_damaged'],
    [ofPrisma('SQLITE_IOERR_FSYNC'), 503, 'disk_failed'],
  ] as const) {
    const wire = toWireError(error, 'r3');
    assert.deepEqual([mappingOf(error).status, wire.reason], [status, reason]);
    assert.doesNotMatch(JSON.stringify(wire), /secret/);
  }
  assert.equal(toWireError(ofPrisma('SQLITE_CONSTRAINT_UNIQUE'), 'r4').code, 'internal');
});
