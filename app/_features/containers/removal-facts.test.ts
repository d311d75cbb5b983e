import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freedPorts, type Removed, stays } from './removal-facts.ts';

const STARTED = new Date(0);

function container(part: Partial<Removed>): Removed {
  const state = { status: 'running', pid: 1, startedAt: STARTED } as Removed['state'];
  return { id: 'a' as Removed['id'], name: 'web', state, mounts: [], ports: [], imageId: 'sha256:1', ...part };
}

test('volumes stay once each, folders of the host and memory are not told', () => {
  const data = { type: 'volume', name: 'data', target: '/data', readOnly: false } as Removed['mounts'][number];
  const cache = { type: 'volume', name: 'cache', target: '/cache', readOnly: false } as Removed['mounts'][number];
  const folder = { type: 'bind', source: '/srv', target: '/srv', readOnly: false } as Removed['mounts'][number];
  assert.deepEqual(
    stays([container({ mounts: [data, folder] }), container({ mounts: [data, cache], imageId: 'sha256:2' })]),
    { volumes: ['cache', 'data'], images: 2 },
  );
});

test('a port that is open at two addresses becomes free once, and none of what is stopped', () => {
  const ports = (['0.0.0.0', '::'] as const).map((hostAddress) => ({
    hostAddress,
    hostPort: 8080,
    containerPort: 80,
    protocol: 'tcp',
  }));
  const dns = { hostAddress: '0.0.0.0', hostPort: 53, containerPort: 53, protocol: 'udp' };
  const open = [...ports, dns] as Removed['ports'];
  assert.deepEqual(freedPorts(container({ ports: open })), ['8080', '53/udp']);
  const state = { status: 'exited', exitCode: 0, startedAt: STARTED, finishedAt: STARTED } as Removed['state'];
  assert.deepEqual(freedPorts(container({ ports: open, state })), []);
});
