import type { EngineStores } from '#engine/system/index.ts';
import { type Db, type LateWrites, NO_BACKLOG } from '../db/index.ts';
import { PrismaContainerStore } from './prisma-container-store.ts';
import { PrismaEventStore } from './prisma-event-store.ts';
import { PrismaImageStore } from './prisma-image-store.ts';
import { PrismaNetworkStore } from './prisma-network-store.ts';
import { PrismaSnapshotStore } from './prisma-snapshot-store.ts';
import { PrismaVolumeStore } from './prisma-volume-store.ts';

/**
 * The engine's records in the server's database.
 *
 * @param late takes writes that the disk refuses and that may wait
 */
export function createStores(db: Db, late: LateWrites = NO_BACKLOG): EngineStores {
  return {
    containers: new PrismaContainerStore(db, late),
    images: new PrismaImageStore(db),
    snapshots: new PrismaSnapshotStore(db, late),
    networks: new PrismaNetworkStore(db, late),
    volumes: new PrismaVolumeStore(db),
    events: new PrismaEventStore(db),
  };
}
