import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../errors/index.ts';
import type { Kernel, NftElementChange, NftTable } from '../kernel/index.ts';
import { Firewall } from './firewall.ts';
import { type FirewallState, firewallTable, portChanges } from './firewall-table.ts';

const WEB = {
  protocol: 'tcp',
  containerPort: 80,
  hostAddress: '0.0.0.0',
  hostPort: 8080,
  address: '10.1.0.2',
} as const;
const LOCAL = { ...WEB, protocol: 'udp', hostAddress: '127.0.0.1', hostPort: 53 } as const;
const WEB6 = { ...WEB, hostAddress: '::', address: 'fd00:1::2' } as const;
const LOCAL6 = { ...WEB6, protocol: 'udp', hostAddress: '2001:db8::1', hostPort: 53 } as const;
const nat = (subnet: string) => ({ subnet, mode: 'nat' }) as const;
const OPEN = { internal: false, masquerade: true, icc: true } as const;
const STATE: FirewallState = {
  networks: [{ bridge: 'x0', subnets: [nat('10.1.0.0/16'), nat('fd00:1::/64')], ...OPEN }],
  ports: [WEB, LOCAL, WEB6, LOCAL6],
};

const elementsOf = (state: FirewallState) =>
  Object.fromEntries(firewallTable('x', state).sets.map(({ name, elements }) => [name, elements]));

test('each port is an element of the map that fits its address', () => {
  const elements = elementsOf(STATE);
  assert.deepEqual(elements['ports'], [{ key: ['tcp', 8080], data: ['10.1.0.2', 80] }]);
  assert.deepEqual(elements['ports_at'], [{ key: ['127.0.0.1', 'udp', 53], data: ['10.1.0.2', 80] }]);
  assert.deepEqual(elements['ports6'], [{ key: ['tcp', 8080], data: ['fd00:1::2', 80] }]);
  assert.deepEqual(elements['ports6_at'], [{ key: ['2001:db8::1', 'udp', 53], data: ['fd00:1::2', 80] }]);
});

test('each network is in the sets that say what it may', () => {
  const networks = [
    ...STATE.networks,
    { bridge: 'x1', subnets: [nat('10.2.0.0/16'), nat('fd00:2::/64')], ...OPEN, icc: false },
    { bridge: 'x2', subnets: [nat('10.3.0.0/16')], ...OPEN, masquerade: false },
    { bridge: 'x3', subnets: [], ...OPEN, internal: true },
  ];
  const elements = elementsOf({ networks, ports: [] });
  assert.deepEqual(elements['subnets'], [{ key: ['10.1.0.0/16'] }, { key: ['10.2.0.0/16'] }]);
  assert.deepEqual(elements['subnets6'], [{ key: ['fd00:1::/64'] }, { key: ['fd00:2::/64'] }]);
  assert.deepEqual(elements['bridges'], [{ key: ['x0'] }, { key: ['x1'] }, { key: ['x2'] }, { key: ['x3'] }]);
  assert.deepEqual(elements['neighbours'], [{ key: ['x0', 'x0'] }, { key: ['x2', 'x2'] }, { key: ['x3', 'x3'] }]);
  assert.deepEqual(elements['internal'], [{ key: ['x3'] }]);
});

test('a change names its map and the port', () => {
  const [change] = portChanges('delete', [LOCAL6]);
  assert.equal(change?.action, 'delete');
  assert.equal(change.set.name, 'ports6_at');
  assert.deepEqual(change.elements[0]?.key, ['2001:db8::1', 'udp', 53]);
});

/** Writes down what it is asked; refuses where it is told to. */
function fakeKernel(refusals: { change?: EngineError; compare?: EngineError } = {}) {
  const written: NftTable[] = [];
  const changes: NftElementChange[] = [];
  const kernel: ConstructorParameters<typeof Firewall>[0] = {
    async writeTable(table) {
      written.push(table);
    },
    async changeElements(_table, asked) {
      if (refusals.change !== undefined) throw refusals.change;
      changes.push(...asked);
    },
    async compareTable(): ReturnType<Kernel['compareTable']> {
      if (refusals.compare !== undefined) throw refusals.compare;
      return { exists: written.length > 0, sameRules: written.length > 0, sameElements: written.length > 0 };
    },
    letThrough: async () => undefined,
    listClosedChains: async ({ hook }) =>
      hook === 'input'
        ? []
        : [
            { family: 'ip', table: 'filter', chain: 'FORWARD', accepts: false },
            { family: 'ip', table: 'mine', chain: 'forward', accepts: true },
            { family: 'inet', table: 'x', chain: 'forward', accepts: false },
          ],
  };
  return { firewall: new Firewall(kernel, 'x'), written, changes };
}

test('the table is written when it is missing, and left alone when all is well', async () => {
  const { firewall, written } = fakeKernel();
  assert.equal(await firewall.sync(STATE), true);
  assert.equal(await firewall.sync(STATE), false);
  assert.deepEqual(written, [firewallTable('x', STATE)]);
});

test('only chains of others that drop what is forwarded are named, with their commands', async () => {
  const { firewall } = fakeKernel();
  await firewall.sync(STATE);
  assert.deepEqual(await firewall.problems(STATE), [
    'chain ip filter FORWARD drops traffic of containers; nft insert rule ip filter FORWARD iifname \'"x*"\' accept && nft insert rule ip filter FORWARD oifname \'"x*"\' accept',
  ]);
});

test('without the right to use nftables the firewall is unavailable', async () => {
  const denied = new EngineError('denied', 'Operation not permitted', { errno: 'EPERM' });
  const { firewall, written } = fakeKernel({ change: denied, compare: denied });
  await assert.rejects(firewall.sync(STATE), { code: 'unavailable' });
  await assert.rejects(firewall.addPorts([WEB], STATE), { code: 'unavailable' });
  assert.deepEqual(written, []);
});

test('a port that cannot be added makes the whole table be written', async () => {
  const { firewall, written } = fakeKernel({ change: new EngineError('not_found', 'no table', { errno: 'ENOENT' }) });
  await firewall.addPorts([WEB], STATE);
  assert.deepEqual(written, [firewallTable('x', STATE)]);
});

test('ports are added and removed without touching the rest', async () => {
  const { firewall, written, changes } = fakeKernel();
  await firewall.addPorts([WEB], STATE);
  await firewall.removePorts([WEB], STATE);
  assert.deepEqual(
    changes.map(({ action, set }) => `${action} ${set.name}`),
    ['add ports', 'delete ports'],
  );
  assert.deepEqual(written, []);
});
