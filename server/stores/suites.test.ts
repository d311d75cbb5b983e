import { after } from 'node:test';
import { containerStoreSuite } from '#engine/containers/container-store.suite.ts';
import { eventStoreSuite } from '#engine/events/event-store.suite.ts';
import { imageStoreSuite } from '#engine/images/image-store.suite.ts';
import { networkStoreSuite } from '#engine/networks/network-store.suite.ts';
import { snapshotStoreSuite } from '#engine/snapshots/snapshot-store.suite.ts';
import type { EngineStores } from '#engine/system/index.ts';
import { volumeStoreSuite } from '#engine/volumes/volume-store.suite.ts';
import { openTestDatabase } from '../db/test-database.ts';
import { createStores } from './index.ts';

// The engine's own suites, on the stores it really runs with.
const opened = new AsyncDisposableStack();
after(() => opened.disposeAsync());

async function openStores(): Promise<EngineStores> {
  return createStores(opened.use(await openTestDatabase()).db);
}

containerStoreSuite('Prisma', async () => (await openStores()).containers);
eventStoreSuite('Prisma', async () => (await openStores()).events);
imageStoreSuite('Prisma', async () => (await openStores()).images);
networkStoreSuite('Prisma', async () => (await openStores()).networks);
snapshotStoreSuite('Prisma', async () => (await openStores()).snapshots);
volumeStoreSuite('Prisma', async () => (await openStores()).volumes);
