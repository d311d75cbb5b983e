import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent } from '../../_lib/trpc.ts';
import { foldLoops } from './fold-loops.ts';

function event(second: number, action: string, part: Partial<EngineEvent> = {}): EngineEvent {
  return {
    seq: second,
    at: new Date(second * 1_000),
    type: 'container',
    action,
    id: 'mailer',
    name: 'mailer',
    attributes: {},
    ...part,
  } as EngineEvent;
}

/** Newest first, as the server answers. */
function cycles(count: number): EngineEvent[] {
  return Array.from({ length: count }, (_, index) => [
    event(index * 10, 'connect', { type: 'network', id: 'bridge', attributes: { container: 'mailer' } }),
    event(index * 10 + 1, 'start'),
    event(index * 10 + 2, 'disconnect', { type: 'network', id: 'bridge', attributes: { container: 'mailer' } }),
    event(index * 10 + 3, 'die', { attributes: { exitCode: '1' } }),
  ])
    .flat()
    .toReversed();
}

test('a restart loop is one line with its number and since when', () => {
  const [line, ...rest] = foldLoops(cycles(4));
  assert.deepEqual(rest, []);
  assert.ok(line?.kind === 'loop');
  assert.equal(line.restarts, 4);
  assert.equal(line.event.action, 'die');
  assert.deepEqual(line.since, new Date(0));
  assert.deepEqual(line.events, cycles(4), 'opened, it tells every step');
});

test('two restarts are told one by one', () => {
  assert.deepEqual(
    foldLoops(cycles(2)).map(({ kind }) => kind),
    Array(8).fill('event'),
  );
});

test('what somebody did in between, and other containers, keep their lines and places', () => {
  const asked = event(15, 'start', { actor: 'anna' });
  const other = event(50, 'start', { id: 'web', name: 'web' });
  const events = [...cycles(3), asked, other].toSorted((a, b) => b.at.getTime() - a.at.getTime());
  assert.deepEqual(
    foldLoops(events).map((line) => (line.kind === 'loop' ? line.restarts : line.event)),
    [other, 3, asked],
  );
});
