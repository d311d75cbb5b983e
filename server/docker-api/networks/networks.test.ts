import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import { openTestApi } from '../test-api.ts';

const ID = 'ab'.repeat(32);
const C1 = '1'.repeat(64);
const C2 = '2'.repeat(64);

const WEB = {
  id: ID,
  name: 'web',
  driver: 'bridge',
  subnets: [{ subnet: '10.1.0.0/24', gateway: '10.1.0.1', ipRange: undefined, auxAddresses: {} }],
  enableIpv6: false,
  internal: false,
  labels: {},
  options: {},
  createdAt: new Date('2026-01-01T00:00:00Z'),
  endpoints: [{ containerId: C1, name: 'demo', state: 'ready', address: '10.1.0.2', ipv6: undefined, mac: 'aa' }],
};

/** One network `web` with the container `demo`, whose owner is `me`; `other` belongs to somebody else. */
function networksOf(asked: unknown[], more: object = {}) {
  const missing = (what: string) => new EngineError('not_found', what, { reason: 'missing' });
  const networks = {
    get: async (name: string) => {
      if (name === 'web' || name === ID) return WEB;
      throw missing(`network ${name} not found`);
    },
    list: async (filter: object) => {
      asked.push(JSON.parse(JSON.stringify(filter)));
      return [WEB];
    },
    create: async (request: object, { actor }: { actor: object }) => {
      asked.push([JSON.parse(JSON.stringify(request)), actor]);
      return { id: ID };
    },
    remove: async (id: string) => void asked.push(id),
    prune: async (filter: object) => {
      asked.push(filter);
      return [WEB];
    },
    ...more,
  };
  const containers = {
    list: async () => [{ id: C1, name: 'renamed' }],
    inspect: async (ref: string) => {
      if (ref === 'demo') return { id: C1, name: ref, createdBy: 'me' };
      if (ref === 'other') return { id: C2, name: ref, createdBy: 'somebody' };
      throw missing(`No such container: ${ref}`);
    },
    connectNetwork: async (id: string, endpoint: object) => void asked.push([id, JSON.parse(JSON.stringify(endpoint))]),
    disconnectNetwork: async (id: string, network: string) => void asked.push([id, network]),
  };
  return { networks, containers };
}

test('a list is filtered by the engine and names no containers', async () => {
  const asked: unknown[] = [];
  await using api = await openTestApi({ environment: networksOf(asked) });
  const filters = encodeURIComponent('{"driver":["null"],"type":["custom"],"dangling":["true"]}');
  const { body } = await api.json('GET', `/v1.51/networks?filters=${filters}`);
  assert.deepEqual([body[0].Name, body[0].Containers], ['web', {}]);
  assert.deepEqual(asked, [{ driver: ['none'], type: 'custom', dangling: true }]);
  const scope = encodeURIComponent('{"scope":["swarm"]}');
  assert.deepEqual((await api.json('GET', `/networks?filters=${scope}`)).body, []);
});

test('an inspected network names its containers as they are called now', async () => {
  await using api = await openTestApi({ environment: networksOf([]) });
  const { body } = await api.json('GET', '/networks/web');
  assert.deepEqual([body.Containers[C1].Name, body.Containers[C1].IPv4Address], ['renamed', '10.1.0.2/24']);
  const { status, body: refused } = await api.json('GET', '/networks/nope');
  assert.deepEqual([status, refused], [404, { message: 'network nope not found' }]);
});

test('a new network belongs to who made it', async () => {
  const asked: unknown[] = [];
  await using api = await openTestApi({ environment: networksOf(asked), role: 'developer' });
  const made = await api.json('POST', '/networks/create', { Name: 'n', CheckDuplicate: true });
  assert.deepEqual(made, { status: 201, body: { Id: ID, Warning: '' } });
  const request = { name: 'n', labels: {}, options: {}, subnets: [] };
  assert.deepEqual(
    [asked, api.owners],
    [[[request, { id: 'me', name: 'Me', entrance: 'cli' }]], { [`network/${ID}`]: 'me' }],
  );
});

test('a developer connects what is theirs, and only that', async () => {
  const asked: unknown[] = [];
  const owners: Record<string, string> = { [`network/${ID}`]: 'me' };
  await using api = await openTestApi({ environment: networksOf(asked), role: 'developer', owners });
  const EndpointConfig = { Aliases: ['db'], IPAMConfig: { IPv4Address: '10.1.0.9' } };
  assert.equal((await api.json('POST', '/networks/web/connect', { Container: 'demo', EndpointConfig })).status, 200);
  assert.equal((await api.json('POST', '/networks/web/disconnect', { Container: 'demo', Force: true })).status, 200);
  assert.equal((await api.json('POST', '/networks/web/connect', { Container: 'other' })).status, 403);
  api.owners[`network/${ID}`] = 'somebody';
  assert.equal((await api.json('POST', '/networks/web/connect', { Container: 'demo' })).status, 403);
  assert.deepEqual(asked, [
    [C1, { network: ID, aliases: ['db'], ipv4: '10.1.0.9' }],
    [C1, 'web'],
  ]);
  assert.deepEqual(api.audited, [
    'network.connect allowed',
    'network.disconnect allowed',
    'network.connect denied',
    'network.connect denied',
  ]);
});

test('a connection without a container is refused', async () => {
  await using api = await openTestApi({ environment: networksOf([]) });
  const { status, body } = await api.json('POST', '/networks/web/connect', {});
  assert.deepEqual([status, body.message], [400, 'invalid name or ID supplied: ""']);
});

test('who is in the way of a removal is named as dockerd does', async () => {
  const refuse = () => Promise.reject(new EngineError('in_use', 'busy', { reason: 'active_endpoints' }));
  await using api = await openTestApi({ environment: networksOf([], { remove: refuse }) });
  const { status, body } = await api.json('DELETE', '/networks/web');
  const words = 'error while removing network: network web has active endpoints (name:"demo" id:"111111111111")';
  assert.deepEqual([status, body.message], [403, words]);
});

test('prune names what went and forgets whose it was', async () => {
  const asked: unknown[] = [];
  const owners = { [`network/${ID}`]: 'somebody' };
  await using api = await openTestApi({ environment: networksOf(asked), owners });
  const filters = encodeURIComponent('{"label":{"a":true},"until":{"2026-01-01":true}}');
  const { body } = await api.json('POST', `/networks/prune?filters=${filters}`);
  assert.deepEqual(body, { NetworksDeleted: ['web'] });
  assert.deepEqual([asked, owners], [[{ label: ['a'], notLabel: [], until: new Date('2026-01-01') }], {}]);
});
