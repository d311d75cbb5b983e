import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKernel } from '../kernel/index.ts';
import { newContainerId, shortId } from '../lib/index.ts';
import { enginePaths } from '../paths.ts';
import { containerConfig } from '../testing/container-config.ts';
import { importBusybox } from '../testing/import-busybox.ts';
import { shimPid } from '../testing/lose-host.ts';
import { createTestEngine, dropTestEngine, newTestPlace, type TestEnginePlace } from '../testing/test-engine.ts';
import { testStores } from '../testing/test-stores.ts';
import { inspectHost } from './inspect-host.ts';

const storesOf = (place: TestEnginePlace) => testStores(join(place.root, 'rows'));
const pathsOf = (place: TestEnginePlace) => enginePaths(join(place.root, 'data'), join(place.root, 'run'));
const look = (place: TestEnginePlace) =>
  inspectHost({ paths: pathsOf(place), stores: storesOf(place), instance: place.instance });

test('damage of every kind is told from outside without being touched, and gone after the next start', {
  timeout: 180_000,
}, async () => {
  const place = await newTestPlace();
  const paths = pathsOf(place);
  const ids = await makeContainers(place);
  assert.deepEqual(await look(place), [], 'running containers without a server are no damage');

  const orphanLayer = newContainerId();
  const stray = newContainerId();
  await using kernel = await createKernel();
  {
    const stores = storesOf(place);
    await stores.containers.update(ids.creating, { phase: 'creating' });
    await stores.containers.update(ids.removing, { state: { status: 'removing', volumes: true } });
    // Its process, shim, layer, mount, namespace, link and address belong to nobody now.
    await stores.containers.delete(ids.orphan);
    const about = { parent: undefined, chainId: undefined, diffId: undefined, sizeBytes: 0, createdAt: new Date() };
    await stores.snapshots.insert({ kind: 'active', state: 'ready', owner: orphanLayer, ...about });
    const { key } = await stores.snapshots.insert({
      kind: 'committed',
      state: 'preparing',
      owner: undefined,
      ...about,
    });
    await mkdir(join(paths.snapshot(key), 'fs'), { recursive: true });
    await kernel.createNetns(paths.netnsOf(stray));
    await kernel.mountTmpfs(await made(paths.rootfs(stray)));
    execFileSync('nft', [
      `add element inet ${place.instance} ports_at { 127.0.0.1 . tcp . 4 : 10.0.0.9 . 80 }; flush chain inet ${place.instance} forward`,
    ]);
  }

  const findings = await look(place);
  const expected = [
    /^container creating: its creation was cut off; restart the server/,
    /^container removing: its removal was cut off; restart the server/,
    new RegExp(`^runtime: keeps state or processes of ${shortId(ids.orphan)}, which does not run by its row; `),
    new RegExp(`^snapshot \\d+: its container ${shortId(ids.orphan)} is gone; `),
    new RegExp(`^snapshot \\d+: its container ${shortId(orphanLayer)} is gone; `),
    /^snapshot \d+: left preparing; /,
    new RegExp(`^address \\S+ is held by container ${shortId(ids.orphan)}, which does not run; `),
    new RegExp(`^network namespace ${paths.netnsOf(stray)} belongs to nobody; `),
    new RegExp(`^mount: ${paths.rootfs(stray)} belongs to no running container; `),
    new RegExp(`^firewall table inet ${place.instance}: its rules were changed; `),
    new RegExp(`^firewall table inet ${place.instance} does not hold the ports and networks of the records; `),
  ];
  for (const pattern of expected) {
    assert.ok(
      findings.some((finding) => pattern.test(finding)),
      `${pattern} in\n${findings.join('\n')}`,
    );
  }
  assert.deepEqual(await look(place), findings, 'looking changes nothing');
  process.kill(await shimPid(place, ids.orphan), 0);

  const engine = await createTestEngine(place);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => dropTestEngine(engine, place));
  const { actions } = await engine.start();
  assert.deepEqual(await engine.verify({ deep: true }), [], actions.join('\n'));
  assert.deepEqual(await look(place), []);
  assert.deepEqual(
    (await engine.containers.list({ all: true })).map(({ name, state }) => `${name} ${state.status}`),
    ['healthy running'],
  );
  assert.deepEqual(await engine.volumes.list(), []);
  await rm(paths.rootfs(stray), { recursive: true, force: true });
});

/** Two that run and two that do not, and then the server goes. */
async function makeContainers(place: TestEnginePlace) {
  await using engine = await createTestEngine(place);
  await engine.start();
  await importBusybox(engine);
  const make = async (name: string) => {
    const mounts = [{ type: 'volume' as const, target: '/var', readOnly: false }];
    const command = ['sleep', '600'];
    const ports = [{ protocol: 'tcp' as const, containerPort: 80, hostAddress: '127.0.0.1' }];
    const volumes = name === 'healthy' || name === 'orphan' ? [] : mounts;
    const config = containerConfig({ image: 'busybox:test', command, ports, mounts: volumes });
    return (await engine.containers.create(config, { name })).id;
  };
  const ids = {
    healthy: await make('healthy'),
    orphan: await make('orphan'),
    creating: await make('creating'),
    removing: await make('removing'),
  };
  await engine.containers.start(ids.healthy);
  await engine.containers.start(ids.orphan);
  return ids;
}

async function made(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  return path;
}
