import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ContainerConfig } from '#engine/containers/index.ts';
import { EngineError, isEngineError } from '#engine/errors/index.ts';
import { type Actor, admitCreate, type CreateFacts } from '#server/access/index.ts';
import { createContainerInput } from './containers.schema.ts';

const developer: Actor = { id: 'dev', name: 'dev', role: 'developer' };
const admin: Actor = { id: 'adm', name: 'adm', role: 'admin' };

/** An environment with a container and a volume of one's own, one of each of somebody else, and one nobody claimed. */
function facts() {
  const containers: Record<string, { id: string; createdBy: string }> = {
    mine: { id: 'c1', createdBy: 'dev' },
    c1: { id: 'c1', createdBy: 'dev' },
    theirs: { id: 'c2', createdBy: 'other' },
  };
  const owners = new Map([
    ['mine', 'dev'],
    ['theirs', 'other'],
    ['b'.repeat(64), 'dev'],
    ['c'.repeat(64), 'other'],
  ]);
  const volumes = new Set(['mine', 'theirs', 'nobodys']);
  const all: CreateFacts = {
    containers: {
      async inspect(ref) {
        const found = containers[ref];
        if (found === undefined) throw new EngineError('not_found', `No such container: ${ref}`);
        return found;
      },
    },
    volumes: { list: async () => [...volumes].map((name) => ({ name })) },
    networks: {
      list: async () => [
        { id: 'a'.repeat(64), name: 'bridge', builtin: true },
        { id: 'b'.repeat(64), name: 'my-net', builtin: false },
        { id: 'c'.repeat(64), name: 'their-net', builtin: false },
      ],
    },
    ownership: {
      ownerOf: async (_type, name) => owners.get(name),
      claim: async (_type, name, user) => void (owners.has(name) || owners.set(name, user)),
      release: async (_type, name) => void owners.delete(name),
    },
  };
  return { all, owners, volumes };
}

const config = (change: object): ContainerConfig =>
  createContainerInput.parse({ config: { image: 'busybox', ...change } }).config;
const volume = (name: string) => ({ mounts: [{ type: 'volume', name, target: '/d' }] });

async function reasonsOf(change: object, actor = developer, policy = {}): Promise<unknown> {
  try {
    await admitCreate(config(change), actor, facts().all, policy);
    return [];
  } catch (error) {
    if (!isEngineError(error, 'denied')) throw error;
    return error.details['violations'];
  }
}

test('a developer uses the default network and their own, and nobody else’s', async () => {
  for (const network of ['bridge', 'none', 'my-net', 'b'.repeat(12)])
    assert.deepEqual(await reasonsOf({ network }), []);
  for (const network of ['their-net', 'c'.repeat(64), 'nowhere']) {
    assert.deepEqual(await reasonsOf({ network }), [
      { field: 'network', reason: 'network_not_own', params: { network } },
    ]);
    const networks = [{ network: 'my-net' }, { network }];
    assert.deepEqual(await reasonsOf({ network: 'my-net', networks }), [
      { field: 'networks', reason: 'network_not_own', params: { network } },
    ]);
  }
  assert.deepEqual(await reasonsOf({ network: 'their-net' }, admin), []);
});

test('a developer uses volumes of their own and new ones, and nobody else’s', async () => {
  for (const name of ['mine', 'fresh']) assert.deepEqual(await reasonsOf(volume(name)), []);
  for (const name of ['theirs', 'nobodys']) {
    assert.deepEqual(await reasonsOf(volume(name)), [
      { field: 'mounts', reason: 'volume_not_own', params: { volume: name } },
    ]);
  }
  assert.deepEqual(await reasonsOf(volume('theirs'), admin), []);
});

test('a container of somebody else is answered as one that does not exist, in every namespace', async () => {
  for (const field of ['network', 'pidMode', 'ipcMode']) {
    assert.deepEqual(await reasonsOf({ [field]: 'container:mine' }), []);
    const answers = await Promise.all(['theirs', 'nothing'].map((ref) => reasonsOf({ [field]: `container:${ref}` })));
    const [theirs, nothing] = answers.map((answer) => JSON.stringify(answer));
    assert.match(theirs ?? '', /container_not_own/);
    assert.equal(theirs?.replace('theirs', 'nothing'), nothing);
  }
});

test('what runs names the container by its id, so that a renamed one cannot take its place', async () => {
  const admitted = await admitCreate(config({ network: 'container:mine' }), developer, facts().all);
  assert.equal(await admitted.run(async ({ network }) => network), 'container:c1');
});

test('a new volume belongs to who made it; after a failure its name is free again', async () => {
  const { all, owners, volumes } = facts();
  const { run } = await admitCreate(config(volume('fresh')), developer, all);
  await assert.rejects(
    run(() => Promise.reject(new Error('no image'))),
    /no image/,
  );
  assert.equal(owners.get('fresh'), undefined);
  await run(async () => volumes.add('fresh'));
  assert.equal(owners.get('fresh'), 'dev');
});

test('of two who name the same new volume at once, the second is refused', async () => {
  const { all, volumes } = facts();
  const first = await admitCreate(config(volume('fresh')), developer, all);
  const second = await admitCreate(config(volume('fresh')), { ...developer, id: 'dev2' }, all);
  await first.run(async () => volumes.add('fresh'));
  let created = false;
  const denied = second.run(async () => {
    created = true;
  });
  await assert.rejects(denied, (error) => isEngineError(error, 'denied'));
  assert.equal(created, false);
});

/** One host folder in many spellings. `OPEN` stands for a folder that may be mounted, `LINK` in it leads to /etc. */
const SPELLINGS = [
  '/etc',
  '/etc/',
  '//etc',
  '///etc//',
  '/./etc',
  '/etc/.',
  '/etc/./',
  '/../etc',
  '/../../etc',
  '/usr/../etc',
  '/etc/../etc',
  '/usr/bin/../../etc',
  '/etc/apt/..',
  '/etc/apt/../.',
  '/proc/self/root/etc',
  '/proc/self/root/../etc',
  'OPEN/../../../../../../etc',
  'LINK',
  'LINK/',
  'LINK/apt/..',
  'OPEN/missing/../../../../../../../etc',
];

test('every spelling of one host folder gets one verdict', async (t) => {
  const open = await mkdtemp(join(tmpdir(), 'davit-binds-'));
  t.after(() => rm(open, { recursive: true }));
  await symlink('/etc', join(open, 'link'));
  await symlink('/etc/not-there-yet', join(open, 'dangling'));
  await mkdir(join(open, 'site'));
  const policy = { bindRoots: [{ path: open, writable: true }] };
  const bind = (source: string) => ({ mounts: [{ type: 'bind', source, target: '/x', createSource: true }] });
  const refused = [{ field: 'mounts', reason: 'bind_not_allowed', params: { source: '/etc' } }];
  for (const spelling of SPELLINGS) {
    const source = spelling.replace('LINK', join(open, 'link')).replace('OPEN', open);
    assert.deepEqual(await reasonsOf(bind(source), developer, policy), refused, spelling);
    const admitted = await admitCreate(config(bind(source)), admin, facts().all, policy);
    assert.equal(await admitted.run(async ({ mounts }) => JSON.stringify(mounts).match(/\/etc\b/g)?.length), 1);
  }
  const dangling = JSON.stringify(await reasonsOf(bind(join(open, 'dangling')), developer, policy));
  assert.match(dangling, /\/etc\/not-there-yet/);
  for (const below of ['site', 'site/../site', 'new/folder']) {
    assert.deepEqual(await reasonsOf(bind(`${open}/${below}`), developer, policy), [], below);
  }
});

test('a path that is not absolute, and a key in another letter case, is no request at all', () => {
  const input = (mount: object, extra: object = {}) => ({ config: { image: 'a', mounts: [mount], ...extra } });
  const mount = { type: 'bind', source: 'etc', target: '/x' };
  assert.equal(createContainerInput.safeParse(input(mount)).success, false);
  const good = { ...mount, source: '/etc' };
  assert.equal(createContainerInput.safeParse(input(good)).success, true);
  for (const key of ['Privileged', 'PRIVILEGED'])
    assert.equal(createContainerInput.safeParse(input(good, { [key]: true })).success, false);
});
