import { join } from 'node:path';
import type { EngineStores } from '../system/engine.ts';
import { memoryContainerStore } from './memory-container-store.ts';
import { memoryEventStore } from './memory-event-store.ts';
import { memoryImageStore } from './memory-image-store.ts';
import { memoryNetworkStore } from './memory-network-store.ts';
import { memorySnapshotStore } from './memory-snapshot-store.ts';
import { memoryVolumeStore } from './memory-volume-store.ts';

/** All stores of an engine, in memory, or in files of this folder so that a second process finds them. */
export function testStores(folder?: string): EngineStores {
  const file = (name: string) => (folder === undefined ? undefined : join(folder, name));
  return {
    containers: memoryContainerStore(file('containers')),
    images: memoryImageStore(file('images')),
    snapshots: memorySnapshotStore(file('snapshots')),
    networks: memoryNetworkStore(file('networks')),
    volumes: memoryVolumeStore(file('volumes')),
    events: memoryEventStore(file('events')),
  };
}
