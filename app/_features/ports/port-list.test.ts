import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PortList } from '../../_lib/trpc.ts';
import { filterPorts, isEverywhere, isPortPiece, stateOf, toRows } from './port-list.ts';

type Published = PortList['published'][number];

const published = (name: string, hostPort: number, change: Partial<Published> = {}): Published => ({
  container: { id: `id-${name}` as Published['container']['id'], name },
  stack: undefined,
  protocol: 'tcp',
  hostAddress: '0.0.0.0',
  hostPort,
  containerPort: 80,
  open: true,
  listening: 'yes',
  conflict: undefined,
  ...change,
});

const rows = toRows({
  published: [
    published('web', 8080, { stack: 'shop' }),
    published('quiet', 8081, { listening: 'no' }),
    published('inner', 8082, { listening: 'loopback' }),
    published('old', 8080, { open: false, listening: undefined, conflict: { kind: 'container', name: 'web' } }),
    published('later', 9000, { open: false, listening: undefined }),
  ],
  others: [{ protocol: 'udp', address: '127.0.0.1', port: 53 }],
});

test('each row says how much it needs a look', () => {
  assert.deepEqual(rows.map(stateOf), ['open', 'silent', 'loopback', 'conflict', 'stopped', 'host']);
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
});

test('a port is found by its number, its container, its stack; by words that all fit', () => {
  const found = (query: string, filter: 'all' | 'published' | 'conflicts' | 'host' = 'all') =>
    filterPorts(rows, { query, filter }).map(({ published: of, hostPort }) => of?.container.name ?? hostPort);
  assert.deepEqual(found(':808'), ['web', 'quiet', 'inner', 'old']);
  assert.deepEqual(found('port:8080'), ['web', 'old']);
  assert.deepEqual(found('port:80 shop'), ['web']);
  assert.deepEqual(found('udp'), [53]);
  assert.deepEqual(found('', 'conflicts'), ['old']);
  assert.deepEqual(found('', 'host'), [53]);
  assert.equal(found('', 'published').length, 5);
  assert.equal(isPortPiece('port:8080'), true);
  assert.equal(isPortPiece('port:'), false);
});

test('who may not see the host gets the published ports alone', () => {
  assert.equal(toRows({ published: [published('web', 80)], others: undefined }).length, 1);
  assert.deepEqual(['', '::', '127.0.0.1'].map(isEverywhere), [true, true, false]);
});
