import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { memoryContainerStore } from '../testing/memory-container-store.ts';
import { containerStoreSuite } from './container-store.suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'davit-store-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

containerStoreSuite('in memory', () => memoryContainerStore());
containerStoreSuite('in a file', () => memoryContainerStore(join(folder, String(files++))));
