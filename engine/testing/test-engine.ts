import { randomInt } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKernel } from '../kernel/index.ts';
import { type Logger, silentLogger, systemClock } from '../lib/index.ts';
import { enginePaths } from '../paths.ts';
import { compiledShim } from '../runtime/testing/compiled-shim.ts';
import { createEngine } from '../system/create-engine.ts';
import type { Engine, EngineStores } from '../system/engine.ts';
import { addressPoolsOf } from './address-pools.ts';
import { removeGroups } from './remove-groups.ts';
import { testStores } from './test-stores.ts';

/** Where a test engine lives; handed to another process it opens the same engine. */
export interface TestEnginePlace {
  root: string;
  instance: string;
}

/** A folder and a name nobody else has. */
export async function newTestPlace(): Promise<TestEnginePlace> {
  const root = await mkdtemp(join(tmpdir(), 'davit-engine-'));
  return { root, instance: `t${randomInt(36 ** 5).toString(36)}` };
}

/** An engine on the real kernel whose rows are files below its root. */
export async function createTestEngine(
  place: TestEnginePlace,
  opts: { log?: Logger; stores?: (stores: EngineStores) => EngineStores; repairMs?: number } = {},
): Promise<Engine> {
  const { root, instance } = place;
  const rows = join(root, 'rows');
  await mkdir(rows, { recursive: true });
  return createEngine({
    paths: enginePaths(join(root, 'data'), join(root, 'run')),
    stores: opts.stores?.(testStores(rows)) ?? testStores(rows),
    instance,
    addressPools: addressPoolsOf(instance),
    shimPath: await compiledShim(),
    log: opts.log ?? silentLogger,
    clock: systemClock,
    repairMs: opts.repairMs,
  });
}

/** Removes all containers, then what the host keeps for this place. */
export async function dropTestEngine(engine: Engine, { root, instance }: TestEnginePlace): Promise<void> {
  for (const { id } of await engine.containers.list({ all: true })) {
    await engine.containers.remove(id, { force: true, volumes: true });
  }
  for (const { id } of await engine.networks.list({ type: 'custom' })) await engine.networks.remove(id);
  const bridges = (await engine.networks.list()).flatMap(({ bridge }) => bridge ?? []);
  await engine[Symbol.asyncDispose]();
  await using kernel = await createKernel();
  for (const bridge of bridges) await kernel.deleteLink(bridge);
  await kernel.deleteTable(instance);
  await removeGroups(instance);
  await rm(root, { recursive: true, force: true });
}
