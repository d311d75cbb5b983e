import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newContainerId } from '../lib/index.ts';
import { parseListeners } from './host-listeners.ts';
import { allocatePorts, findHolder, type PortRequest, randomRangePort } from './ports.ts';

const OTHER = newContainerId();
const ME = newContainerId();
const TAKEN = { protocol: 'tcp', containerPort: 80, hostAddress: '0.0.0.0', hostPort: 8080 } as const;

function ask(change: Partial<PortRequest>): ReturnType<typeof allocatePorts> {
  return allocatePorts({
    containerId: ME,
    name: 'web',
    address: '172.17.0.3',
    ipv6: undefined,
    bindings: [],
    use: { endpoints: [{ containerId: OTHER, ports: [TAKEN] }], listeners: [] },
    hostAddresses: new Set(['192.0.2.7']),
    firstRandom: 40_000,
    ...change,
  });
}

test('a free port is bound as asked, an empty address means all', () => {
  const bindings = [{ protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 8081 }] as const;
  assert.deepEqual(ask({ bindings }), [{ protocol: 'tcp', containerPort: 80, hostAddress: '0.0.0.0', hostPort: 8081 }]);
});

const COLLISIONS = [
  { protocol: 'tcp', hostAddress: '0.0.0.0', hostPort: 8080, busy: true },
  { protocol: 'tcp', hostAddress: '', hostPort: 8080, busy: true },
  { protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 8080, busy: true },
  { protocol: 'udp', hostAddress: '0.0.0.0', hostPort: 8080, busy: false },
  { protocol: 'tcp', hostAddress: '0.0.0.0', hostPort: 8081, busy: false },
] as const;
for (const { busy, ...wanted } of COLLISIONS) {
  test(`${wanted.protocol} ${wanted.hostAddress || 'all'}:${wanted.hostPort} is ${busy ? 'taken' : 'free'}`, () => {
    const holder = findHolder(wanted, { endpoints: [{ containerId: OTHER, ports: [TAKEN] }], listeners: [] });
    assert.deepEqual(holder, busy ? { kind: 'container', containerId: OTHER } : undefined);
  });
}

test('two different addresses of the host do not collide', () => {
  const listeners = [{ protocol: 'tcp', address: '127.0.0.1', port: 53 }] as const;
  const use = { endpoints: [], listeners };
  assert.equal(findHolder({ protocol: 'tcp', hostAddress: '192.0.2.7', hostPort: 53 }, use), undefined);
  assert.deepEqual(findHolder({ protocol: 'tcp', hostAddress: '0.0.0.0', hostPort: 53 }, use), { kind: 'host' });
});

test("a port of another container is refused in Docker's words", () => {
  const bindings = [{ protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 8080 }] as const;
  assert.throws(() => ask({ bindings }), {
    code: 'in_use',
    message: `driver failed programming external connectivity on endpoint web (${ME}): Bind for 0.0.0.0:8080 failed: port is already allocated`,
    details: {
      reason: 'port_in_use',
      address: '0.0.0.0',
      port: 8080,
      protocol: 'tcp',
      holder: { kind: 'container', containerId: OTHER },
    },
  });
});

test('a port of a program on the host is refused', () => {
  const bindings = [{ protocol: 'tcp', containerPort: 80, hostAddress: '127.0.0.1', hostPort: 22 }] as const;
  const use = { endpoints: [], listeners: [{ protocol: 'tcp', address: '0.0.0.0', port: 22 }] } as const;
  assert.throws(() => ask({ bindings, use }), /127\.0\.0\.1:22:172\.17\.0\.3:80\/tcp: address already in use$/);
});

test('one container cannot have the same port twice', () => {
  const binding = { protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 9000 } as const;
  assert.throws(() => ask({ bindings: [binding, { ...binding, containerPort: 81 }] }), { code: 'in_use' });
});

test('a free port is found behind taken ones and each is given once', () => {
  const use = { endpoints: [], listeners: [{ protocol: 'tcp', address: '0.0.0.0', port: 40_000 }] } as const;
  const binding = { protocol: 'tcp', containerPort: 80, hostAddress: '' } as const;
  const ports = ask({ bindings: [binding, binding], use });
  assert.deepEqual(
    ports.map(({ hostPort }) => hostPort),
    [40_001, 40_002],
  );
});

test('a range gives its first free port, and tells its first one when none is', () => {
  const binding = { protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 8080, hostPortEnd: 8082 } as const;
  const bound = ask({ bindings: [binding, { ...binding, containerPort: 81 }] });
  assert.deepEqual(
    bound.map(({ hostPort }) => hostPort),
    [8081, 8082],
  );
  assert.throws(() => ask({ bindings: [binding, binding, binding] }), /0\.0\.0\.0:8080 failed: port is already/);
  assert.throws(() => ask({ bindings: [{ ...binding, hostPortEnd: 8079 }] }), { code: 'invalid_argument' });
});

test('with IPv6 a port on all addresses is one number on both families', () => {
  const binding = { protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 9000 } as const;
  const both = ask({ bindings: [binding], ipv6: 'fd00::2' });
  assert.deepEqual(
    both.map(({ hostAddress, hostPort }) => [hostAddress, hostPort]),
    [
      ['0.0.0.0', 9000],
      ['::', 9000],
    ],
  );
  const six = { ...binding, hostAddress: '::' };
  const use = { endpoints: [{ containerId: OTHER, ports: [{ ...TAKEN, hostPort: 9000 }] }], listeners: [] };
  assert.deepEqual(ask({ bindings: [six], ipv6: 'fd00::2', use }).length, 1, 'IPv4 alone is not in its way');
  assert.throws(() => ask({ bindings: [six] }), { code: 'unsupported' });
});

test('addresses of IPv6 are compared in their one form, and ::1 is refused', () => {
  const binding = { protocol: 'tcp', containerPort: 80, hostAddress: '2001:DB8:0::1', hostPort: 9000 } as const;
  const request = { ipv6: 'fd00::2', hostAddresses: new Set(['2001:db8::1', '::1']) };
  assert.equal(ask({ ...request, bindings: [binding] })[0]?.hostAddress, '2001:db8::1');
  assert.equal(ask({ ...request, bindings: [{ ...binding, hostAddress: '0::0' }] })[0]?.hostAddress, '::');
  assert.throws(() => ask({ ...request, bindings: [{ ...binding, hostAddress: '::1' }] }), {
    code: 'unsupported',
    details: { reason: 'ipv6_loopback_port', address: '::1' },
  });
});

test('a socket on one IPv6 address is read in the form that addresses have elsewhere', () => {
  const table = `${TCP6.split('\n')[0]}
   0: B80D0120000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
`;
  assert.deepEqual(parseListeners('tcp', table), [{ protocol: 'tcp', address: '2001:db8::1', port: 8080 }]);
});

test('a program of the host on one IPv6 address is in the way of IPv6 only', () => {
  const busy = [{ protocol: 'tcp', address: '2001:db8::1', port: 9000 }] as const;
  const use = { endpoints: [], listeners: busy };
  const at = (hostAddress: string) => findHolder({ protocol: 'tcp', hostAddress, hostPort: 9000 }, use)?.kind;
  assert.equal(at('2001:db8::1'), 'host');
  assert.equal(at('::'), 'host');
  assert.equal(at('2001:db8::2'), undefined);
  assert.equal(at('0.0.0.0'), undefined);
});

test('the search for a free port begins again at the lower end', () => {
  const use = { endpoints: [], listeners: [{ protocol: 'udp', address: '0.0.0.0', port: 60_999 }] } as const;
  const bindings = [{ protocol: 'udp', containerPort: 53, hostAddress: '' }] as const;
  assert.equal(ask({ bindings, use, firstRandom: 60_999 })[0]?.hostPort, 32_768);
  assert.equal(randomRangePort(0), 32_768);
  assert.equal(randomRangePort(28_232), 32_768);
});

test('bindings that cannot work are refused', () => {
  const base = { protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 9000 } as const;
  assert.throws(() => ask({ bindings: [{ ...base, hostPort: 0 }] }), { code: 'invalid_argument' });
  assert.throws(() => ask({ bindings: [{ ...base, containerPort: 70_000 }] }), { code: 'invalid_argument' });
  assert.throws(() => ask({ bindings: [{ ...base, hostAddress: '::1' }] }), { code: 'unsupported' });
  assert.throws(() => ask({ bindings: [{ ...base, hostAddress: '198.51.100.1' }] }), /cannot assign requested address/);
  assert.equal(ask({ bindings: [{ ...base, hostAddress: '192.0.2.7' }] })[0]?.hostAddress, '192.0.2.7');
});

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1140 1
   1: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1141 1
   2: 020200C0:C96E 507100CB:0050 01 00000000:00000000 03:00000644 00000000     0        0 0 3
`;
const TCP6 = `  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0 0
   1: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 0 0
   2: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 0 0
`;

test('listening sockets are read from the tables of the kernel, connections are not', () => {
  assert.deepEqual(parseListeners('tcp', TCP), [
    { protocol: 'tcp', address: '0.0.0.0', port: 2024 },
    { protocol: 'tcp', address: '127.0.0.1', port: 3306 },
  ]);
});

test('a socket on :: counts for IPv4, one on ::1 does not', () => {
  assert.deepEqual(parseListeners('tcp', TCP6), [
    { protocol: 'tcp', address: '0.0.0.0', port: 80 },
    { protocol: 'tcp', address: '127.0.0.1', port: 8080 },
  ]);
});
