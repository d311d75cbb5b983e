import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Context } from '../context.ts';
import { freePorts, listens, listPorts } from './list-ports.ts';

const record = (name: string, state: object, ports: object[]) => ({
  id: `id-${name}`,
  name,
  state,
  config: { ports, labels: name === 'web' ? { 'com.docker.compose.project': 'shop' } : {} },
});
const port = (hostPort: number, containerPort = 80) => ({
  protocol: 'tcp' as const,
  hostAddress: '0.0.0.0',
  hostPort,
  containerPort,
});
const listener = (address: string, portNumber: number, protocol: 'tcp' | 'udp' = 'tcp') => ({
  protocol,
  address,
  port: portNumber,
});

function openContext() {
  const records = [
    record('web', { status: 'running', pid: 11 }, [port(8080)]),
    record('late', { status: 'exited' }, [port(8080), { protocol: 'tcp', hostAddress: '', containerPort: 81 }]),
    record('ssh', { status: 'running', pid: 12 }, [port(2222, 22)]),
  ];
  const endpoints = [
    { containerId: 'id-web', ports: [port(8080)] },
    { containerId: 'id-ssh', ports: [port(2222, 22)] },
  ];
  const inside: Record<number, object[]> = { 11: [listener('0.0.0.0', 80)], 12: [listener('127.0.0.1', 22)] };
  const listeners = [
    listener('0.0.0.0', 2222),
    listener('0.0.0.0', 2222),
    listener('10.0.0.1', 53, 'udp'),
    listener('127.0.0.1', 53, 'udp'),
  ];
  const networks = {
    portUse: async () => ({ endpoints, listeners }),
    listenersOf: async (pid: number) => inside[pid] ?? [],
    list: async () => [{ subnets: [{ subnet: '10.0.0.0/24', gateway: '10.0.0.1' }] }],
  };
  const store = { list: async () => records, get: async (id: string) => records.find((one) => one.id === id) };
  return { store, networks } as unknown as Context;
}

test('published ports say whose they are, whether something answers, and who else wants them', async () => {
  const { published } = await listPorts(openContext());
  const rows = published.map(({ container, hostPort, open, listening, conflict, stack }) => [
    container.name,
    hostPort,
    open,
    listening,
    conflict?.kind === 'container' ? conflict.name : conflict?.kind,
    stack,
  ]);
  assert.deepEqual(rows, [
    ['web', 8080, true, 'yes', undefined, 'shop'],
    // What asks for any port has none before it starts.
    ['late', 8080, false, undefined, 'web', undefined],
    ['ssh', 2222, true, 'loopback', 'host', undefined],
  ]);
});

test('other programs are told once, the servers of names not at all', async () => {
  const { others } = await listPorts(openContext());
  assert.deepEqual(others, [listener('0.0.0.0', 2222), listener('127.0.0.1', 53, 'udp')]);
});

test('free ports are those beside it that nobody has, and the holder is named', async () => {
  const ctx = openContext();
  const near = (hostPort: number) => freePorts(ctx, { protocol: 'tcp', hostAddress: '0.0.0.0', hostPort }, 3);
  assert.deepEqual(await near(8080), { ports: [8081, 8082, 8083], holder: { kind: 'container', name: 'web' } });
  assert.deepEqual(await near(2221), { ports: [2221, 2223, 2224], holder: undefined });
  assert.deepEqual((await near(2222)).holder, { kind: 'container', name: 'ssh' });
  const names = await freePorts(ctx, { protocol: 'udp', hostAddress: '0.0.0.0', hostPort: 53 }, 1);
  assert.deepEqual(names, { ports: [54], holder: { kind: 'host' } });
  assert.deepEqual((await near(65_535)).ports, [65_535, 65_534, 65_533]);
});

test('what listens on loopback alone is reached by no published port', () => {
  const wanted = { protocol: 'tcp', containerPort: 80 } as const;
  assert.equal(listens(wanted, [listener('127.0.0.1', 80), listener('0.0.0.0', 80)]), 'yes');
  assert.equal(listens(wanted, [listener('127.0.0.1', 80)]), 'loopback');
  assert.equal(listens(wanted, [listener('0.0.0.0', 80, 'udp'), listener('0.0.0.0', 81)]), 'no');
});
