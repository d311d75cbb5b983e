import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '../errors/index.ts';
import { newContainerId } from '../lib/index.ts';
import type { Status } from './container-service.ts';
import { allowedActions, assertAllowed, canDo } from './transitions.ts';

test('each state offers its own actions', () => {
  const expected: Record<Status, string[]> = {
    created: ['start', 'restart', 'rename', 'remove'],
    running: ['stop', 'restart', 'kill', 'pause', 'rename', 'exec', 'attach'],
    paused: ['stop', 'restart', 'kill', 'unpause', 'rename'],
    restarting: ['start', 'stop', 'restart', 'kill', 'rename'],
    removing: [],
    exited: ['start', 'restart', 'rename', 'remove'],
    dead: ['start', 'rename', 'remove'],
  };
  for (const [status, actions] of Object.entries(expected)) {
    assert.deepEqual(allowedActions(status as Status), actions, status);
  }
});

test('a paused container is not started and says what to do', () => {
  const id = newContainerId();
  assert.equal(canDo('start', 'paused'), false);
  assert.throws(
    () => assertAllowed('start', { id, name: 'web', state: { status: 'paused' } }),
    (error) =>
      isEngineError(error, 'conflict') && error.message === 'cannot start a paused container, try unpause instead',
  );
});

test('refusals are worded as Docker words them', () => {
  const id = newContainerId();
  const said = (operation: Parameters<typeof assertAllowed>[0], status: Status) => {
    try {
      assertAllowed(operation, { id, name: 'demo', state: { status } });
    } catch (error) {
      return error instanceof Error ? error.message : 'not an error';
    }
    return 'allowed';
  };
  assert.equal(said('kill', 'exited'), `cannot kill container: demo: container ${id} is not running`);
  assert.equal(said('pause', 'paused'), `Container ${id} is already paused`);
  assert.equal(said('unpause', 'running'), `Container ${id} is not paused`);
  assert.equal(said('exec', 'exited'), `container ${id} is not running`);
  assert.equal(said('exec', 'paused'), 'Container demo is paused, unpause the container before exec');
  assert.equal(
    said('remove', 'running'),
    'cannot remove container "demo": container is running: stop the container before removing or force remove',
  );
  assert.equal(said('remove', 'removing'), 'removal of container demo is already in progress');
  assert.equal(said('exec', 'running'), 'allowed');
});
