import { imageStoreSuite } from './image-store.suite.ts';
import { MemoryImageStore } from './memory-image-store.ts';

imageStoreSuite('memory', async () => new MemoryImageStore());
