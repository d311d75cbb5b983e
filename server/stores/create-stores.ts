import type { EngineStores } from '#engine/system/index.ts';
import type { Db } from '../db/index.ts';
import { PrismaContainerStore } from './prisma-container-store.ts';
import { PrismaImageStore } from './prisma-image-store.ts';
import { PrismaNetworkStore } from './prisma-network-store.ts';
import { PrismaSnapshotStore } from './prisma-snapshot-store.ts';
import { PrismaVolumeStore } from './prisma-volume-store.ts';

/** The engine's records in the server's database. */
export function createStores(db: Db): EngineStores {
  return {
    containers: new PrismaContainerStore(db),
    images: new PrismaImageStore(db),
    snapshots: new PrismaSnapshotStore(db),
    networks: new PrismaNetworkStore(db),
    volumes: new PrismaVolumeStore(db),
  };
}
