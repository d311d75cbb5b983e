import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Box, HeartCrack, MemoryStick, Network, OctagonX, Play, Square, SquareTerminal, Trash2 } from 'lucide';
import { eventLook } from './event-look.ts';

const of = (type: 'container' | 'network' | 'image', action: string, attributes: Record<string, string> = {}) =>
  eventLook({ type, action, attributes });

test('an event looks as what was done, and bad news are told apart', () => {
  assert.deepEqual(of('container', 'start'), { icon: Play, tone: 'success' });
  assert.deepEqual(of('container', 'die', { exitCode: '0' }), { icon: Square, tone: 'faint' });
  assert.deepEqual(of('container', 'die', { exitCode: '137' }), { icon: OctagonX, tone: 'danger' });
  assert.deepEqual(of('container', 'oom'), { icon: MemoryStick, tone: 'danger' });
  assert.deepEqual(of('container', 'health_status: unhealthy'), { icon: HeartCrack, tone: 'danger' });
  assert.deepEqual(of('image', 'delete'), { icon: Trash2, tone: 'faint' });
  assert.deepEqual(of('container', 'exec_start: sh -c ls'), { icon: SquareTerminal, tone: 'faint' });
});

test('what has no look of its own looks as its object', () => {
  assert.deepEqual(of('network', 'connect'), { icon: Network, tone: 'faint' });
  assert.deepEqual(of('container', 'commit'), { icon: Box, tone: 'faint' });
});
