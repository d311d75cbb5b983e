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
