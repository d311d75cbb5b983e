// One policy for every way in: what a developer may not have is refused in each spelling that the Docker API has for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '#server/access/index.ts';
import { openTestApi } from './test-api.ts';

const FOREIGN = 'f'.repeat(64);

/** The field that the verdict names, then the bodies and queries that mean the same. */
const RULES: Record<string, object[]> = {
  privileged: [
    { HostConfig: { Privileged: true } },
    { hostconfig: { PRIVILEGED: true } },
    { HostConfig: { privileged: false, Privileged: true } },
  ],
  mounts: [
    { HostConfig: { Binds: ['/etc:/x'] } },
    { HostConfig: { Binds: ['/etc:/x:ro'] } },
    { HostConfig: { Binds: ['/tmp/../etc/:/x:ro,z'] } },
    { HostConfig: { Mounts: [{ Type: 'bind', Source: '/etc', Target: '/x', ReadOnly: true }] } },
    { HostConfig: { Mounts: [{ type: 'bind', SOURCE: '/var/run/docker.sock', target: '/x' }] } },
    { HostConfig: { Binds: ['foreign:/x'] } },
    { HostConfig: { Mounts: [{ Type: 'volume', Source: 'foreign', Target: '/x' }] } },
    { HostConfig: { Tmpfs: { '/x': 'exec,suid' } } },
  ],
  volumesFrom: [{ HostConfig: { VolumesFrom: ['foreign'] } }, { HostConfig: { VolumesFrom: [`${FOREIGN}:ro`] } }],
  links: [{ HostConfig: { Links: ['foreign:db'] } }],
  network: [
    { HostConfig: { NetworkMode: 'host' } },
    { HostConfig: { NetworkMode: 'container:foreign' } },
    { HostConfig: { NetworkMode: 'foreign-net' } },
  ],
  networks: [
    { NetworkingConfig: { EndpointsConfig: { 'foreign-net': {} } } },
    { HostConfig: { NetworkMode: 'bridge' }, NetworkingConfig: { EndpointsConfig: { bridge: {}, 'foreign-net': {} } } },
  ],
  devices: [{ HostConfig: { Devices: [{ PathOnHost: '/dev/mem', PathInContainer: '/dev/null' }] } }],
  deviceRules: [{ HostConfig: { DeviceCgroupRules: ['a *:* rwm'] } }],
  capAdd: [
    { HostConfig: { CapAdd: ['SYS_ADMIN'] } },
    { HostConfig: { CapAdd: ['cap_sys_admin'] } },
    { HostConfig: { CapAdd: ['ALL'] } },
    { HostConfig: { CapAdd: 'SYS_PTRACE' } },
  ],
  pidMode: [{ HostConfig: { PidMode: 'host' } }, { HostConfig: { PidMode: 'container:foreign' } }],
  ipcMode: [{ HostConfig: { IpcMode: 'host' } }, { HostConfig: { IpcMode: 'container:foreign' } }],
  utsMode: [{ HostConfig: { UTSMode: 'host' } }, { HostConfig: { utsmode: 'host' } }],
  usernsMode: [{ HostConfig: { UsernsMode: 'host' } }],
  cgroupnsMode: [{ HostConfig: { CgroupnsMode: 'host' } }],
  securityOpt: [
    { HostConfig: { SecurityOpt: ['seccomp=unconfined'] } },
    { HostConfig: { SecurityOpt: ['seccomp:unconfined'] } },
    { HostConfig: { SecurityOpt: ['apparmor=unconfined'] } },
    { HostConfig: { SecurityOpt: ['label=disable'] } },
    { HostConfig: { SecurityOpt: ['systempaths=unconfined'] } },
    { HostConfig: { SecurityOpt: ['no-new-privileges=false'] } },
    { HostConfig: { MaskedPaths: [] } },
    { HostConfig: { ReadonlyPaths: [] } },
  ],
  sysctls: [{ HostConfig: { Sysctls: { 'kernel.core_pattern': '|/x' } } }],
  ulimits: [{ HostConfig: { Ulimits: [{ Name: 'memlock', Soft: -1, Hard: -1 }] } }],
  oomScoreAdj: [{ HostConfig: { OomScoreAdj: -1000 } }],
  resources: [{ HostConfig: { OomKillDisable: true } }],
  shmSizeBytes: [{ HostConfig: { ShmSize: 2 ** 31 } }],
  ports: [
    { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '80' }] } } },
    { HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '192.0.2.1', HostPort: '8080' }] } } },
  ],
  labels: [{ Labels: { 'davit.owner': 'root' } }, { Labels: { 'io.Davit.x': '1' } }],
  annotations: [{ HostConfig: { Annotations: { 'run.oci.keep_original_groups': '1' } } }],
  macAddress: [
    { MacAddress: '02:42:ac:11:00:02' },
    { NetworkingConfig: { EndpointsConfig: { bridge: { MacAddress: '02:42:ac:11:00:02' } } } },
  ],
  log: [{ HostConfig: { LogConfig: { Type: 'syslog', Config: { 'syslog-address': 'tcp://192.0.2.1' } } } }],
  extraHosts: [{ HostConfig: { ExtraHosts: ['metadata.google.internal:169.254.169.254'] } }],
};

function fakeEnvironment(created: unknown[]) {
  return {
    containers: {
      inspect: async () => ({ id: FOREIGN, name: 'foreign', createdBy: 'somebody' }),
      identify: async () => ({ id: FOREIGN, name: 'foreign', createdBy: 'somebody' }),
      create: async (config: unknown) => {
        created.push(config);
        return { id: 'made', warnings: [] };
      },
    },
    volumes: { list: async () => [{ name: 'foreign' }] },
    networks: { list: async () => [{ id: 'n'.repeat(64), name: 'foreign-net', builtin: false }] },
    images: {},
  };
}

for (const [field, bodies] of Object.entries(RULES)) {
  test(`what a developer may not have in ${field} is refused in each of its ${bodies.length} spellings`, async () => {
    const created: unknown[] = [];
    const owners = { 'volume/foreign': 'somebody', [`network/${'n'.repeat(64)}`]: 'somebody' };
    for (const version of ['v1.51', 'v1.24']) {
      for (const body of bodies) {
        await using api = await openTestApi({ role: 'developer', environment: fakeEnvironment(created), owners });
        const path = `/${version}/containers/create`;
        const { status, body: answer } = await api.json('POST', path, { Image: 'i', ...body });
        const where = `${JSON.stringify(body)}: ${status} ${JSON.stringify(answer)}`;
        // Some spellings are no request at all: refused as such, which is as good.
        assert.ok(status === 403 || status === 400, where);
        if (status === 403) assert.match(answer.message, /^Not allowed for your role: /, where);
        assert.deepEqual(created, [], where);
        assert.deepEqual(api.audited.at(-1), 'container.create failed', where);
      }
    }
  });
}

test('an administrator gets what is asked for, and it is what was judged', async () => {
  for (const [field, [body]] of Object.entries(RULES)) {
    if (field === 'volumesFrom' || field === 'links') continue;
    const created: { mounts: [] }[] = [];
    await using api = await openTestApi({ role: 'admin', environment: fakeEnvironment(created) });
    const { status, body: answer } = await api.json('POST', '/v1.51/containers/create', { Image: 'i', ...body });
    assert.equal(status, 201, `${field}: ${JSON.stringify(answer)}`);
    const [config] = created;
    assert.ok(config);
    const found = judge(config as unknown as Parameters<typeof judge>[0]).map((violation) => violation.field);
    assert.ok(found.includes(field), `${field}: ${found.join()}`);
  }
});

test('the same verdict where an object changes later: exec, update and the network of a container', async () => {
  const mine = {
    id: 'c1',
    name: 'c1',
    createdBy: 'me',
    config: { tty: false, labels: {} },
    state: { status: 'running' },
  };
  const calls: string[] = [];
  const note = (name: string) => async () => void calls.push(name);
  const environment = {
    containers: {
      inspect: async () => mine,
      identify: async () => mine,
      createExec: note('createExec'),
      connectNetwork: note('connectNetwork'),
      update: note('update'),
    },
    networks: {
      get: async (name: string) => ({ id: name, name, builtin: false, endpoints: [] }),
      list: async () => [],
    },
  };
  const owners = { 'network/foreign-net': 'somebody', 'network/own-net': 'me' };
  await using api = await openTestApi({ role: 'developer', environment, owners });
  const refused = async (path: string, body: object, words: RegExp) => {
    const { status, body: answer } = await api.json('POST', `/v1.51${path}`, body);
    assert.equal(status, 403, `${path} ${JSON.stringify(answer)}`);
    assert.match(answer.message, words);
  };
  await refused('/containers/c1/exec', { Cmd: ['sh'], Privileged: true }, /container:host-access/);
  await refused('/containers/c1/exec', { cmd: ['sh'], PRIVILEGED: true }, /container:host-access/);
  await refused('/networks/foreign-net/connect', { Container: 'c1' }, /network:connect/);
  const fixed = { Container: 'c1', EndpointConfig: { MacAddress: '02:42:ac:11:00:02' } };
  await refused('/networks/own-net/connect', fixed, /Not allowed for your role: macAddress/);
  assert.deepEqual(calls, []);
});

test('an update changes limits and the restart policy, and nothing else of what a body may say', async () => {
  const updates: unknown[] = [];
  const mine = { id: 'c1', name: 'c1', createdBy: 'me', config: {}, state: { status: 'running' } };
  const identify = async (name: string) => ({ ...mine, createdBy: name === 'c1' ? 'me' : 'somebody' });
  const update = async (_id: string, request: unknown) => {
    updates.push(request);
    return { warnings: [] };
  };
  const environment = { containers: { identify, inspect: identify, update } };
  await using api = await openTestApi({ role: 'developer', environment });
  const wide = {
    Privileged: true,
    Binds: ['/:/host'],
    CapAdd: ['ALL'],
    Devices: [{ PathOnHost: '/dev/mem', PathInContainer: '/dev/mem', CgroupPermissions: 'rwm' }],
    DeviceCgroupRules: ['a *:* rwm'],
    SecurityOpt: ['seccomp=unconfined'],
    OomKillDisable: true,
    CgroupParent: '/',
  };
  const { status } = await api.json('POST', '/v1.51/containers/c1/update', { Memory: 2 ** 26, ...wide });
  assert.equal(status, 200);
  assert.deepEqual(updates, [{ resources: { memoryBytes: 2 ** 26 } }]);
  const foreign = await api.json('POST', '/v1.51/containers/other/update', { Memory: 2 ** 26 });
  assert.deepEqual([foreign.status, foreign.body.message], [403, 'This needs the permission container:update']);
  await using viewer = await openTestApi({ role: 'viewer', environment });
  assert.equal((await viewer.json('POST', '/v1.51/containers/c1/update', { Memory: 2 ** 26 })).status, 403);
  assert.equal(updates.length, 1);
  assert.deepEqual(viewer.audited, ['container.update denied']);
});

test('a commit with changes takes the right to the container, in the query and in the body', async () => {
  const commits: unknown[] = [];
  const identify = async (name: string) => ({ id: name, name, createdBy: name === 'mine' ? 'me' : 'somebody' });
  const commit = async (id: string, { changes }: { changes: string[] }) => {
    commits.push([id, changes]);
    return { id: 'made' };
  };
  const environment = { containers: { identify, inspect: identify, commit } };
  await using api = await openTestApi({ role: 'developer', environment });
  for (const [query, body] of [
    ['container=foreign&changes=USER%20root', undefined],
    ['container=foreign', { User: 'root', Env: ['A=b'] }],
    ['container=foreign&repo=taken&tag=1', { user: 'root' }],
  ] as const) {
    const { status, body: answer } = await api.json('POST', `/v1.51/commit?${query}`, body);
    assert.equal(status, 403, JSON.stringify(answer));
    assert.equal(api.audited.at(-1), 'container.commit denied');
  }
  assert.deepEqual(commits, []);
  const own = await api.json('POST', '/v1.51/commit?container=mine&changes=USER%20a', { Env: ['A=b'] });
  assert.equal(own.status, 201, JSON.stringify(own.body));
  assert.deepEqual(commits, [['mine', ['ENV A="b"', 'USER a']]]);
});
