import { MemoryVolumeStore } from './memory-volume-store.ts';
import { volumeStoreSuite } from './volume-store.suite.ts';

volumeStoreSuite('memory', async () => new MemoryVolumeStore());
